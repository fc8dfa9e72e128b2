"""The way into the console: links that work once, two factors, sessions that end, accounts that rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from states.access import SYSTEM, Actor
from states.casebook import Casebook
from states.casebook.accounts import browsers, factors, making, sessions, signing_in
from states.casebook.accounts.browsers import KNOWN_FOR, NONE, Browser
from states.casebook.accounts.sessions import IDLE, LONGEST
from states.casebook.accounts.signing_in import LET_PASS, LOCK, NOT_FITTING
from states.casebook.reading import timeline
from states.casebook.record import integrity
from states.casebook.team import ending, members
from states.contents.team import MemberContent
from states.errors import BadInput, NotPermitted, UnknownRecord
from states.tables import Account, Session, table_of
from states.vocabulary.people import Role
from tests.cases.signing_in import PASSWORD, Login, account
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("P-08")


@pytest.fixture
def chair(walk: Walk, watch: Watch) -> Login:
    """The chair's account; their phone shows a code that nobody has used."""
    made = account(walk.book, "chair", by=walk.chair)
    watch.forward(minutes=1)
    return made


def refused(call: Callable[[], object]) -> str:
    """What is said when somebody does not get in."""
    with pytest.raises(NotPermitted) as told:
        call()
    return str(told.value)


def test_only_the_first_account_needs_nobody_who_gives_it(walk: Walk) -> None:
    """Whoever set the installation up gives the first link; all others, the chair or an administrator."""
    making.link(walk.book, "nurse", by=None)
    for by in (None, walk.officer, Actor("keeper", frozenset({Role.CUSTODIAN, Role.OPERATOR}))):
        with pytest.raises(NotPermitted):
            making.link(walk.book, "officer", by=by)
    making.link(walk.book, "officer", by=Actor("admin", frozenset({Role.ADMINISTRATOR})))
    with pytest.raises(UnknownRecord):
        making.link(walk.book, "nobody", by=walk.chair)


def test_a_link_works_once_and_for_three_days(walk: Walk, watch: Watch) -> None:
    """A newer one takes its place; one that was used, replaced or left lying opens nothing."""
    book = walk.book
    first, second = (making.link(book, "nurse", by=walk.chair) for _ in range(2))
    key = making.setting_up(book, second).key
    login = Login("nurse", key, [])
    dead = [first, "", "never-given"]
    with pytest.raises(BadInput):
        making.set_up(book, second, "short", login.code(watch.now))
    with pytest.raises(BadInput):
        making.set_up(book, second, PASSWORD, "000000" if login.code(watch.now) != "000000" else "000001")
    making.set_up(book, second, PASSWORD, login.code(watch.now))
    third = making.link(book, "nurse", by=walk.chair)
    watch.forward(days=3)
    for secret in (*dead, second, third):
        with pytest.raises(UnknownRecord):
            making.setting_up(book, secret)
        with pytest.raises(UnknownRecord):
            making.set_up(
                book, secret, PASSWORD, Login("nurse", factors.key_of(secret, book.vault), []).code(watch.now)
            )


def test_both_factors_open_a_session_and_each_code_does_it_once(book: Casebook, watch: Watch) -> None:
    """The password alone opens nothing, and what the browser kept till then is worth nothing afterwards."""
    walk = Walk(book)
    chair = account(book, "chair", by=walk.chair)
    watch.forward(minutes=1)
    begun = signing_in.begin(book, " Invented-chair-address@WNMU.example ", PASSWORD)
    assert sessions.is_begun(book, begun)
    with pytest.raises(NotPermitted):
        sessions.visitor(book, begun)
    code = chair.code(watch.now)
    kept = signing_in.finish(book, begun, code)
    here = sessions.visitor(book, kept)
    assert (here.actor, here.name) == (walk.chair, "invented-chair-name")
    for other in (begun, kept[:-1], f"{kept.partition('.')[0]}.", "", ".", "\0.\0"):
        with pytest.raises(NotPermitted):
            sessions.visitor(book, other)
    again = signing_in.begin(book, "chair", PASSWORD)
    assert refused(lambda: signing_in.finish(book, again, code)) == NOT_FITTING
    signing_in.finish(book, again, chair.recovery[0].upper())
    third = signing_in.begin(book, "chair", PASSWORD)
    assert refused(lambda: signing_in.finish(book, third, chair.recovery[0])) == NOT_FITTING


def test_whatever_does_not_fit_is_said_in_the_same_words(chair: Login, walk: Walk) -> None:
    """Nobody learns who has an account, or which factor was wrong."""
    book = walk.book
    making.link(book, "nurse", by=walk.chair)
    said = {
        refused(lambda name=name, password=password: signing_in.begin(book, name, password))  # type: ignore[misc]
        for name, password in (
            ("chair", "not it"),
            ("nobody", PASSWORD),
            ("nurse", PASSWORD),
            ("", ""),
            ("nurse", ""),
        )
    }
    begun = signing_in.begin(book, "chair", PASSWORD)
    said.add(refused(lambda: signing_in.finish(book, begun, "no code")))
    said.add(refused(lambda: signing_in.finish(book, "no.session", chair.recovery[0])))
    assert said == {NOT_FITTING}


def test_an_account_rests_after_failures_of_either_factor(chair: Login, walk: Walk, watch: Watch) -> None:
    """Not even what fits is taken then; each failure after that makes it rest twice as long, on record."""
    book = walk.book
    begun = signing_in.begin(book, "chair", PASSWORD)
    for _ in range(LET_PASS):
        refused(lambda: signing_in.finish(book, begun, "no code"))
    # The right password in between made nobody forget the wrong codes.
    for _ in range(2):
        assert refused(lambda: chair.sign_in(book)) == NOT_FITTING
    watch.forward(seconds=LOCK.total_seconds())
    refused(lambda: signing_in.begin(book, "chair", "not it"))
    watch.forward(seconds=LOCK.total_seconds())
    refused(lambda: chair.sign_in(book))
    watch.forward(seconds=LOCK.total_seconds())
    kept = chair.sign_in(book)
    assert sessions.visitor(book, kept).actor.id == "chair"
    happened = [event.what for event in timeline.events_of_team(book, by=walk.chair)]
    assert happened.count("account_rests") == 2
    (line,) = making.accounts(book, by=walk.chair)
    assert (line.member, line.is_set_up, line.locked_until, line.sessions) == ("chair", True, None, 1)
    watch.forward(seconds=IDLE.total_seconds())
    assert [line.sessions for line in making.accounts(book, by=walk.chair)] == [0]


def test_a_stranger_who_tries_keeps_nobody_out_of_a_browser_that_is_known(
    chair: Login, walk: Walk, watch: Watch
) -> None:
    """Failures in it are counted apart, as in any other; it is known to one account, and not for ever."""
    book = walk.book
    known = Browser(browsers.keep(book, "chair", NONE))
    assert browsers.keep(book, "chair", known) == known.known
    for _ in range(LET_PASS):
        refused(lambda: signing_in.begin(book, "chair", "not it"))
    begun = signing_in.begin(book, "chair", PASSWORD, known)
    signing_in.finish(book, begun, chair.code(watch.now), known)
    # That the owner came in lets nobody try anew elsewhere.
    watch.forward(seconds=30)
    for elsewhere in (NONE, Browser("no.secret"), Browser(f"{known.known[:-1]}x"), Browser("\0.\0")):
        refused(lambda where=elsewhere: signing_in.begin(book, "chair", PASSWORD, where))  # type: ignore[misc]
    account(book, "nurse", by=walk.chair)
    nurses = Browser(browsers.keep(book, "nurse", NONE))
    refused(lambda: signing_in.begin(book, "chair", PASSWORD, nurses))
    begun = signing_in.begin(book, "chair", PASSWORD, known)
    for _ in range(LET_PASS):
        refused(lambda: signing_in.finish(book, begun, "no code", known))
    refused(lambda: signing_in.begin(book, "chair", PASSWORD, known))
    watch.forward(minutes=31)
    signing_in.begin(book, "chair", PASSWORD, known)
    signing_in.begin(book, "chair", PASSWORD)
    integrity.verify(book, by=SYSTEM)
    for _ in range(LET_PASS):
        refused(lambda: signing_in.begin(book, "chair", "not it"))
    watch.now += KNOWN_FOR
    refused(lambda: signing_in.begin(book, "chair", "not it"))
    refused(lambda: signing_in.begin(book, "chair", PASSWORD, known))


def test_a_session_ends_when_nobody_uses_it_and_at_the_latest_after_a_day_of_work(
    chair: Login, walk: Walk, watch: Watch
) -> None:
    """Use keeps it open for half an hour more, but not for ever; so does nothing before the code was said."""
    book = walk.book
    begun = signing_in.begin(book, "chair", PASSWORD)
    kept = signing_in.finish(book, begun, chair.code(watch.now))
    began = watch.now
    while watch.now < began + LONGEST - IDLE:
        watch.forward(minutes=29)
        sessions.visitor(book, kept)
    watch.now = began + LONGEST
    refused(lambda: sessions.visitor(book, kept))
    assert sessions.mine(book, by=walk.chair) == []
    idle = chair.sign_in(book)
    watch.forward(minutes=30)
    refused(lambda: sessions.visitor(book, idle))
    late = signing_in.begin(book, "chair", PASSWORD)
    watch.forward(minutes=10)
    assert not sessions.is_begun(book, late)
    refused(lambda: signing_in.finish(book, late, chair.code(watch.now)))


def test_sessions_are_ended_one_by_one_by_their_owner_alone(chair: Login, walk: Walk, watch: Watch) -> None:
    """And all of them, when the account is set up anew."""
    book = walk.book
    first = chair.sign_in(book)
    watch.forward(minutes=2)
    second = chair.sign_in(book)
    mine = sessions.mine(book, by=walk.chair)
    assert [line.id for line in mine] == [kept.partition(".")[0] for kept in (second, first)]
    with pytest.raises(UnknownRecord):
        sessions.end(book, mine[1].id, by=walk.officer)
    sessions.end(book, mine[1].id, by=walk.chair)
    refused(lambda: sessions.visitor(book, first))
    sessions.visitor(book, second)
    watch.forward(minutes=2)
    third, officer = chair.sign_in(book), account(book, "officer", by=walk.chair)
    watch.forward(minutes=2)
    theirs = officer.sign_in(book)
    sessions.end_others(book, by=sessions.visitor(book, second))
    refused(lambda: sessions.visitor(book, third))
    for kept in (second, theirs):
        sessions.visitor(book, kept)
    account(book, "chair", by=walk.chair)
    refused(lambda: sessions.visitor(book, second))


@pytest.mark.clause("W-39")
def test_whoever_has_left_the_team_is_signed_out(walk: Walk, watch: Watch) -> None:
    """At once, from the day on that was said, also before anybody swept; and comes in no more."""
    book = walk.book
    officer = account(book, "officer", by=walk.chair)
    watch.forward(minutes=1)
    kept = officer.sign_in(book)
    day = watch.now + timedelta(minutes=20)
    ending.end(book, "officer", by=walk.chair, on=day, hand_over_to="nurse")
    sessions.visitor(book, kept)
    watch.now = day
    refused(lambda: sessions.visitor(book, kept))
    with pytest.raises(UnknownRecord):
        making.link(book, "officer", by=walk.chair)
    assert refused(lambda: signing_in.begin(book, "officer", PASSWORD)) == NOT_FITTING


def test_what_asks_for_the_code_again_wants_it_of_a_moment_ago(
    chair: Login, walk: Walk, watch: Watch
) -> None:
    """Ten minutes after the second factor was shown, new recovery codes take showing it again."""
    book = walk.book
    kept = chair.sign_in(book)
    watch.forward(minutes=10)
    late = sessions.visitor(book, kept)
    assert "again" in refused(lambda: signing_in.new_recovery_codes(book, by=late))
    kept = signing_in.show_code(book, kept, chair.code(watch.now), what="code_shown_again")
    made = signing_in.new_recovery_codes(book, by=sessions.visitor(book, kept))
    begun = signing_in.begin(book, "chair", PASSWORD)
    refused(lambda: signing_in.finish(book, begun, chair.recovery[0]))
    signing_in.finish(book, begun, made[0])


def test_a_row_that_somebody_writes_past_us_lets_nobody_in(chair: Login, walk: Walk) -> None:
    """A session moved to another account opens nothing, and the ledger tells; so do new rows."""
    book = walk.book
    account(book, "nurse", by=walk.chair)
    kept = chair.sign_in(book)
    integrity.verify(book, by=SYSTEM)
    rows = table_of(Session)
    with book.store.write() as connection:
        connection.execute(update(rows).where(rows.c.id == kept.partition(".")[0]).values(account="nurse"))
    refused(lambda: sessions.visitor(book, kept))


def test_nothing_in_the_clear_tells_a_secret(chair: Login, walk: Walk) -> None:
    """Neither password, key, codes, link nor what the browser keeps stands in any column."""
    book = walk.book
    link = making.link(book, "nurse", by=walk.chair)
    kept = chair.sign_in(book)
    with book.store.read() as connection:
        rows = [
            str(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
            for model in (Account, Session)
            for row in connection.execute(select(table_of(model)))
        ]
    secrets = (PASSWORD, chair.key, *chair.recovery, link, kept.partition(".")[2], "argon2")
    assert [each for each in secrets if any(each in row for row in rows)] == []


@pytest.mark.usefixtures("chair")
def test_of_a_mailbox_that_several_have_nobody_is_meant(walk: Walk) -> None:
    """Each of them signs in with their id."""
    book = walk.book
    shared = MemberContent(name="invented-second", address="invented-chair-address@wnmu.example")
    members.enrol(book, "second", shared, by=walk.chair, roles=[Role.OPERATOR])
    refused(lambda: signing_in.begin(book, "invented-chair-address@wnmu.example", PASSWORD))
    signing_in.begin(book, "chair", PASSWORD)
