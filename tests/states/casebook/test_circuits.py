"""A far side that fails again and again is paused, and then tried by one caller."""

from datetime import timedelta

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, circuits, listing
from states.casebook.effects.circuits import FAILURES, OPEN_FOR
from tests.cases.walking import Walk
from tests.states.conftest import Watch


def fail(book: Casebook, times: int) -> None:
    """Let the registrar fail so many times."""
    for _ in range(times):
        circuits.failed(book, "registrar", "server_error", by=SYSTEM)


def test_a_far_side_is_called_until_it_has_failed_too_often(book: Casebook) -> None:
    """Some failures are no reason to pause it; one more is, and it alone is paused."""
    fail(book, FAILURES - 1)
    assert circuits.admit(book, "registrar", by=SYSTEM)
    fail(book, 1)
    assert not circuits.admit(book, "registrar", by=SYSTEM)
    assert circuits.admit(book, "police", by=SYSTEM)


def test_a_success_in_between_begins_the_count_anew(book: Casebook) -> None:
    """Only failures in a row count."""
    fail(book, FAILURES - 1)
    circuits.succeeded(book, "registrar", by=SYSTEM)
    fail(book, 1)
    assert circuits.admit(book, "registrar", by=SYSTEM)


def test_when_the_time_is_up_one_caller_tries(book: Casebook, watch: Watch) -> None:
    """The second one in the same moment does not: it would be a second failure."""
    fail(book, FAILURES)
    watch.now += OPEN_FOR[0]
    assert [circuits.admit(book, "registrar", by=SYSTEM) for _ in range(2)] == [True, False]


def test_a_good_probe_closes_it(book: Casebook, watch: Watch) -> None:
    """Everybody may call again, and operators see nothing any more."""
    fail(book, FAILURES)
    watch.now += OPEN_FOR[0]
    assert circuits.admit(book, "registrar", by=SYSTEM)
    circuits.succeeded(book, "registrar", by=SYSTEM)
    assert circuits.admit(book, "registrar", by=SYSTEM)
    assert circuits.failing(book, by=SYSTEM) == []


def test_each_failed_probe_leaves_it_alone_for_twice_as_long(book: Casebook, watch: Watch) -> None:
    """Up to a bound, so that a far side that is back is found out within a quarter of an hour."""
    fail(book, FAILURES)
    waits = []
    for _ in range(7):
        (line,) = circuits.failing(book, by=SYSTEM)
        assert line.retry_at is not None
        waits.append(line.retry_at - watch.now)
        watch.now = line.retry_at
        assert circuits.admit(book, "registrar", by=SYSTEM)
        fail(book, 1)
    first, longest = OPEN_FOR
    assert waits[:3] == [first, 2 * first, 4 * first]
    assert max(waits) == longest


def test_operators_see_who_fails_and_why(book: Casebook, watch: Watch) -> None:
    """By name and code, with the time of the next call."""
    fail(book, FAILURES)
    (line,) = circuits.failing(book, by=SYSTEM)
    assert (line.name, line.failures, line.code) == ("registrar", FAILURES, "server_error")
    assert (line.opened_at, line.retry_at) == (watch.now, watch.now + timedelta(minutes=1))


def test_whoever_redrives_an_effect_has_its_far_side_called_at_once(book: Casebook) -> None:
    """They say that it is mended; while it is not, the next failure leaves it alone again."""
    fail(book, FAILURES)
    walk = Walk(book)
    number = walk.reported()
    [effect] = [line.effect_id for line in listing.effects(book, by=SYSTEM, number=number)]
    assert not circuits.admit(book, "registrar", by=SYSTEM)
    attempts.redrive(book, effect, by=walk.chair)
    assert circuits.admit(book, "registrar", by=SYSTEM)
    fail(book, 1)
    assert not circuits.admit(book, "registrar", by=SYSTEM)
