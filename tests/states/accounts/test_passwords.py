"""One's own password, changed by oneself: with the one so far, and nobody is left in who knew that."""

from collections.abc import Callable

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from states.access import SYSTEM
from states.casebook.accounts import factors, making, sessions, signing_in
from states.casebook.accounts.signing_in import DOES_NOT_FIT, LET_PASS, LOCK, NOT_FITTING, NOTHING_TO_CHANGE
from states.casebook.effects import listing
from states.casebook.reading import timeline
from states.casebook.record import integrity
from states.errors import BadInput, NotPermitted
from states.vocabulary.effects import EffectKind
from tests.cases.signing_in import PASSWORD, Login, account
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("P-08")

NEW = "other words, invented too"

#: how many common passwords stand between one that is tried and the next
EVERY = 20


@pytest.fixture
def nurse(walk: Walk, watch: Watch) -> Login:
    """An account whose phone shows a code that nobody has used."""
    made = account(walk.book, "nurse", by=walk.chair)
    watch.forward(minutes=1)
    return made


def refused(call: Callable[[], object]) -> str:
    """What is said to whoever may not."""
    with pytest.raises(NotPermitted) as told:
        call()
    return str(told.value)


def change(walk: Walk, secret: str, current: str = PASSWORD, new: str = NEW) -> str:
    """Change the password of whoever is signed in with a secret."""
    here = sessions.visitor(walk.book, secret)
    return signing_in.change_password(walk.book, secret, current, new, by=here)


def happened(walk: Walk) -> list[str]:
    """What the team's chain tells."""
    return [event.what for event in timeline.events_of_team(walk.book, by=walk.chair)]


def news(walk: Walk) -> int:
    """How many mails of what was done about an account are owed."""
    effects = listing.effects(walk.book, by=SYSTEM)
    return sum(each.kind == EffectKind.TELL_ACCOUNT for each in effects)


def test_it_is_changed_with_the_one_so_far_and_every_other_session_ends(
    nurse: Login, walk: Walk, watch: Watch
) -> None:
    """The old one signs in no more; this session goes on under another secret; the ledger and a mail tell."""
    book = walk.book
    elsewhere = nurse.sign_in(book)
    watch.forward(minutes=1)
    here = nurse.sign_in(book)
    before = news(walk)
    given = change(walk, here)
    for ended in (elsewhere, here):
        refused(lambda ended=ended: sessions.visitor(book, ended))  # type: ignore[misc]
    assert sessions.visitor(book, given).session == here.partition(".")[0]
    assert refused(lambda: signing_in.begin(book, "nurse", PASSWORD)) == NOT_FITTING
    watch.forward(minutes=1)
    signing_in.finish(book, signing_in.begin(book, "nurse", NEW), nurse.code(watch.now))
    assert happened(walk).count("password_changed") == 1
    assert news(walk) == before + 1
    integrity.verify(book, by=SYSTEM)


def test_a_session_that_was_left_open_changes_nothing(nurse: Login, walk: Walk, watch: Watch) -> None:
    """Not without the one so far, nor ten minutes after the second factor; and guesses are counted."""
    book, kept = walk.book, nurse.sign_in(walk.book)
    for wrong in ("", "not the words of anybody", PASSWORD.upper(), NEW + "x"):
        assert refused(lambda wrong=wrong: change(walk, kept, wrong)) == DOES_NOT_FIT  # type: ignore[misc]
    assert refused(lambda: change(walk, kept, "a fifth invented one")) == DOES_NOT_FIT
    assert "account_rests" in happened(walk)
    assert refused(lambda: change(walk, kept)) == DOES_NOT_FIT, "the account rests"
    watch.forward(seconds=int(LOCK.total_seconds()))
    watch.forward(minutes=10)
    assert "again" in refused(lambda: change(walk, kept))
    assert "password_changed" not in happened(walk)
    signing_in.begin(book, "nurse", PASSWORD)
    assert LET_PASS == 5


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "x" * (factors.LONGEST + 1), PASSWORD])
def test_the_new_one_is_looked_at_as_when_an_account_is_set_up(nurse: Login, walk: Walk, weak: str) -> None:
    """Too short, too long, one letter again and again, or the one that there is: nothing is written."""
    kept = nurse.sign_in(walk.book)
    with pytest.raises(BadInput, match="Nothing was written"):
        change(walk, kept, new=weak)
    sessions.visitor(walk.book, kept)
    assert "password_changed" not in happened(walk)


def test_nobody_changes_the_password_of_another(nurse: Login, walk: Walk, watch: Watch) -> None:
    """A secret of somebody else's session belongs to them."""
    chair = account(walk.book, "chair", by=walk.chair)
    watch.forward(minutes=1)
    theirs = nurse.sign_in(walk.book)
    visitor = sessions.visitor(walk.book, chair.sign_in(walk.book))
    said = refused(lambda: signing_in.change_password(walk.book, theirs, PASSWORD, NEW, by=visitor))
    assert said == NOTHING_TO_CHANGE


def likely(password: str) -> tuple[str, ...]:
    """A common password, brought to the length that is asked for as people do it."""
    short = factors.SHORTEST
    length = max(short, len(password))
    again, counted = password * -(-short // len(password)), f"{password}123456789012"[:length]
    return again, counted, counted.capitalize(), f"{password}{'!' * short}"[:length]


def test_a_password_that_many_people_use_is_refused_however_it_is_made_longer() -> None:
    """Of the three thousand most common ones, few of which have the length that is asked for."""
    most_used = FREQUENCY_LISTS["passwords"][:3000]
    long_enough = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= factors.SHORTEST]
    some = [each for word in most_used[::EVERY] for each in likely(word)]
    for password in (*some, *long_enough):
        with pytest.raises(BadInput, match="Nothing was written"):
            factors.hashed(password)


@pytest.mark.parametrize(
    "near",
    ["Western New Mexico", "westernnewmexico1", "Threat Assessment", "threat-assessment", "tatflow123456"],
)
def test_a_name_that_is_near_is_no_password(nurse: Login, walk: Walk, watch: Watch, near: str) -> None:
    """Neither as an account is set up, nor as its password is changed."""
    link = making.link(walk.book, "officer", by=walk.chair)
    key = making.setting_up(walk.book, link).key
    with pytest.raises(BadInput, match="easy to guess"):
        making.set_up(walk.book, link, near, Login("officer", key, []).code(watch.now))
    with pytest.raises(BadInput, match="easy to guess"):
        change(walk, nurse.sign_in(walk.book), new=near)


def test_a_password_that_nobody_would_try_is_taken_however_long() -> None:
    """Of words, or of anything; what stands far behind in it makes it no worse."""
    for password in ("violet lanterns orbit", "tqz9-hxv2-mwk4", "violet lanterns orbit " * 9):
        assert factors.fits(factors.hashed(password[: factors.LONGEST]), password)
