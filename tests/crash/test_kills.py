"""A process that is killed with ``kill -9`` between any two statements leaves nothing half-done.

At random boundaries; in `python -m bench faults` at every boundary of every deed.
"""

import os
import random
import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts
from states.casebook.record import integrity
from states.casebook.triggers import acting
from states.settings import Settings
from states.tables import Case, Effect, Notice, Referral, table_of
from states.vault import make_key_file
from states.vocabulary.effects import EffectStatus
from states.vocabulary.leaving import ReferralStatus
from tests.cases.walking import TEAM, Walk
from tests.crash.consistency import check
from tests.crash.deeds import DEEDS, Place, finish_everything
from tests.crash.forks import Forks, forking
from tests.doses import dose

#: how many kills each of the six deeds gets on each kind of server
KILLS = dose(7, 100)

#: give it to have the same kills again
SEED = int(os.environ.get("TAT_TEST_CRASH_SEED", random.SystemRandom().randrange(2**32)))


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """The process that forks a child for each deed."""
    with forking() as process:
        yield process


@pytest.fixture
def settings(casebook_url: str, tmp_path: Path) -> Settings:
    """An installation with an empty case database."""
    settings = Settings(home=tmp_path, database_url=casebook_url)
    make_key_file(settings.key_file)
    return settings


@pytest.fixture
def walk(settings: Settings) -> Iterator[Walk]:
    """An invented team, and the way of its cases; every word is a new one."""
    number = count(1)
    book = Casebook.open(settings)
    yield Walk(book, lambda field: f"invented-{field.replace('.', '-').replace('_', '-')}-{next(number)}")
    book.close()


@pytest.mark.parametrize(
    "half_done",
    [
        "UPDATE cases SET state = 'Closed'",
        "DELETE FROM effects WHERE kind = 'convene_team'",
        "DELETE FROM events WHERE seq = 2",
        "UPDATE effects SET status = 'claimed' WHERE kind = 'notify_team'",
        "UPDATE effects SET status = 'done' WHERE kind = 'notify_team'",
        "DELETE FROM deadlines WHERE clock = 'assessment'",
        "UPDATE deadlines SET set_at = '2020-01-01 00:00:00' WHERE clock = 'assessment'",
        "UPDATE screenings SET id = 'another'",
    ],
)
def test_whatever_is_half_done_is_found(settings: Settings, walk: Walk, half_done: str) -> None:
    """The checks below are worth something: each of these is what a torn transaction would leave."""
    number = walk.in_inquiry()
    check(walk.book, settings.outbox, number)
    with walk.book.store.write() as connection:
        connection.execute(text(half_done))
    with pytest.raises(AssertionError):
        check(walk.book, settings.outbox, number)


@pytest.mark.parametrize("name", DEEDS)
def test_a_killed_process_leaves_nothing_half_done(
    forks: Forks, settings: Settings, walk: Walk, name: str
) -> None:
    """State, event, effects and clocks are there together or not at all; then the deed is done again."""
    deed = DEEDS[name]
    told = deed.prepare(walk)
    boundaries = forks.do(name, settings, told).boundaries
    _go_on(walk, settings, name, told, f"{name} not killed")
    assert boundaries > 10, "not every boundary was counted"
    rng = random.Random(f"{SEED} {name}")  # noqa: S311 - a test's choice, not a secret
    shuffled = rng.sample(range(1, boundaries + 1), boundaries)
    killed = 0
    for moment in islice(cycle(shuffled), KILLS):
        case = f"TAT_TEST_CRASH_SEED={SEED}: {name} killed at boundary {moment} of {boundaries}"
        told = deed.prepare(walk)
        ended = forks.do(name, settings, told, kill_at=moment)
        if ended.exit_code == 0 and ended.boundaries < moment:
            # Done anew it may take fewer: what was looked up once is known.
            continue
        assert ended.exit_code == -signal.SIGKILL, case
        killed += 1
        _look(walk.book, settings, case)
        _go_on(walk, settings, name, told, case)
        _look(walk.book, settings, case)
    assert killed > KILLS // 2, "most moments were not come to"
    # A broken chain cannot mend itself: looking at all of it at the end is enough.
    integrity.verify(walk.book, by=SYSTEM)


def _look(book: Casebook, settings: Settings, case: str) -> None:
    try:
        check(book, settings.outbox, newest(book))
    except AssertionError as error:
        error.add_note(case)
        raise


def newest(book: Casebook) -> str:
    """The number of the newest case."""
    with book.store.read() as connection:
        found: str = connection.execute(select(func.max(table_of(Case).c.number))).scalar_one()
    return found


def _go_on(walk: Walk, settings: Settings, name: str, told: str, case: str) -> None:
    """A day later: the leases of the dead have run out, the deed is done again, and all that is owed, too."""
    later = walk.book.at(walk.book.clock() + timedelta(days=1))
    attempts.expire(later, by=SYSTEM)
    DEEDS[name].do(Place(later, settings), told)
    number = newest(later)
    acting.act(later, number, "raise_alarm", by=walk.chair)
    much_later = walk.book.at(later.clock() + timedelta(days=1))
    attempts.expire(much_later, by=SYSTEM)
    finish_everything(Place(much_later, settings), number)
    with walk.book.store.read() as connection:
        effect = table_of(Effect)
        lost = connection.scalars(select(effect.c.kind).where(effect.c.status != EffectStatus.DONE)).all()
        assert not lost, case
        notices = connection.execute(select(table_of(Notice))).all()
        referrals = connection.scalars(select(table_of(Referral).c.status)).all()
    # However often it was tried, one notice to one person has one Message-ID, and lies in one file.
    assert len({(row.effect_id, row.template, row.recipient) for row in notices}) == len(notices), case
    if name == "refer":
        assert set(referrals) == {ReferralStatus.SENT}, case
        assert len(list(settings.outbox.glob("*.eml"))) == len(referrals), case
    if name == "notify":
        assert len(list(settings.outbox.glob("*.eml"))) == len(notices), case
        assert len(notices) % len(TEAM) == 0, case
