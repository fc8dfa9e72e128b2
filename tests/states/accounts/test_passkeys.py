"""Passkeys: made, shown and taken away by their owner; what does not fit, or comes twice, lets nobody in."""

import dataclasses
import json
from collections.abc import Callable

import pytest

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.accounts import passkeys, sessions, signing_in, with_passkeys
from states.casebook.accounts.browsers import Browser
from states.casebook.accounts.passkeys import Place
from states.casebook.accounts.signing_in import LET_PASS
from states.casebook.reading import timeline
from states.casebook.record import integrity
from states.casebook.team import ending
from states.errors import NotPermitted, UnknownRecord
from tests.cases.passkeys import OWNER, THERE, SoftPasskey
from tests.cases.signing_in import PASSWORD, account
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("P-08")

PLACE = Place.of("https://tat.example:8443/")


@dataclasses.dataclass(slots=True)
class Owner:
    """Somebody with an account and a passkey, who is signed in."""

    book: Casebook
    secret: str
    passkey: SoftPasskey

    @property
    def visitor(self) -> sessions.Visitor:
        """As whom they are signed in."""
        return sessions.visitor(self.book, self.secret)

    def asked(self, whom: str = "browser") -> str:
        """What their browser is asked that is to show a passkey."""
        return passkeys.ask_shown(self.book, whom, PLACE)

    def sign_in(self) -> str:
        """Sign in with the passkey alone."""
        answer = self.passkey.show(self.asked())
        return with_passkeys.sign_in(self.book, answer, "browser", PLACE, Browser(kind="Firefox on Linux"))


def owner(book: Casebook, walk: Walk, watch: Watch, member: str = "officer") -> Owner:
    """A member with an account, signed in, who added a passkey."""
    login = account(book, member, by=walk.chair)
    watch.forward(minutes=1)
    secret, passkey = login.sign_in(book), SoftPasskey(PLACE, f"invented-{member}".encode())
    made = Owner(book, secret, passkey)
    asked = passkeys.ask_new(book, secret, PLACE, by=made.visitor)
    passkeys.add(book, passkey.make(asked), " My phone ", secret, PLACE, by=made.visitor)
    return made


def refused(call: Callable[[], object]) -> None:
    """See that somebody does not get in."""
    with pytest.raises(NotPermitted):
        call()


def test_a_passkey_is_both_factors_at_once(book: Casebook, watch: Watch) -> None:
    """On both databases: it opens a session, counts as shown a moment ago, and is on the team's record."""
    walk = Walk(book)
    officer = owner(book, walk, watch)
    secret = officer.sign_in()
    here = sessions.visitor(book, secret)
    assert (here.actor.id, here.is_fresh(watch.now)) == ("officer", True)
    (line,) = [each for each in sessions.mine(book, by=here.actor) if each.way == "passkey"]
    assert line.device == "Firefox on Linux"
    ((name, used),) = [(each.name, each.used_at) for each in passkeys.mine(book, by=here.actor)]
    assert (name, used) == ("My phone", watch.now)
    happened = [event.what for event in timeline.events_of_team(book, by=walk.chair)]
    assert happened[-1] == "signed_in"
    assert "passkey_added" in happened
    integrity.verify(book, by=SYSTEM)


def test_what_does_not_fit_signs_nobody_in(walk: Walk, watch: Watch) -> None:
    """Another site's or browser's, an old or used answer, one without finger, face or PIN, and nonsense."""
    book = walk.book
    officer = owner(book, walk, watch)
    passkey = officer.passkey
    wrong = [
        dataclasses.replace(passkey, place=Place(PLACE.host, "https://elsewhere.example")),
        dataclasses.replace(passkey, place=Place("elsewhere.example", PLACE.origin)),
        dataclasses.replace(passkey, flags=THERE),
        dataclasses.replace(passkey, flags=OWNER),
        SoftPasskey(PLACE, passkey.id),
        SoftPasskey(PLACE, b"of nobody"),
    ]
    for each in wrong:
        refused(lambda each=each: with_passkeys.sign_in(book, each.show(officer.asked()), "browser", PLACE))  # type: ignore[misc]
    for whom in ("another browser", ""):
        answer = passkey.show(officer.asked())
        refused(lambda a=answer, w=whom: with_passkeys.sign_in(book, a, w, PLACE))  # type: ignore[misc]
    for asked in (
        passkeys.ask_new(book, "browser", PLACE, by=officer.visitor),
        json.dumps({"challenge": "AAAA"}),
        json.dumps({"challenge": ""}),
    ):
        answer = passkey.show(asked)
        refused(lambda a=answer: with_passkeys.sign_in(book, a, "browser", PLACE))  # type: ignore[misc]
    old = officer.asked()
    watch.forward(minutes=5)
    refused(lambda: with_passkeys.sign_in(book, passkey.show(old), "browser", PLACE))
    answer = passkey.show(officer.asked())
    with_passkeys.sign_in(book, answer, "browser", PLACE)
    refused(lambda: with_passkeys.sign_in(book, answer, "browser", PLACE))
    whole = json.loads(answer)
    for nonsense in (
        "",
        "[]",
        "null",
        "{",
        json.dumps(whole | {"response": {}}),
        json.dumps(whole | {"response": whole["response"] | {"clientDataJSON": "AAAA"}}),
        json.dumps(whole | {"response": whole["response"] | {"clientDataJSON": "bnVsbA"}}),
        json.dumps(whole | {"response": whole["response"] | {"authenticatorData": "AAAA"}}),
        json.dumps(whole | {"response": whole["response"] | {"signature": "AAAA"}}),
        json.dumps(whole | {"id": 7}),
        json.dumps(whole | {"rawId": "\N{SNOWMAN}"}),
    ):
        refused(lambda n=nonsense: with_passkeys.sign_in(book, n, "browser", PLACE))  # type: ignore[misc]
        refused(
            lambda n=nonsense: passkeys.add(book, n, "x", officer.secret, PLACE, by=officer.visitor)  # type: ignore[misc]
        )
    assert len(passkeys.mine(book, by=walk.officer)) == 1


def test_a_passkey_that_was_copied_is_taken_away(walk: Walk, watch: Watch) -> None:
    """Whoever counts less than was counted; nobody who cannot sign takes it away; some do not count."""
    book = walk.book
    officer = owner(book, walk, watch)
    copy = dataclasses.replace(officer.passkey)
    officer.sign_in()
    forged = SoftPasskey(PLACE, officer.passkey.id, counts=-1)
    refused(lambda: with_passkeys.sign_in(book, forged.show(officer.asked()), "browser", PLACE))
    assert len(passkeys.mine(book, by=walk.officer)) == 1
    refused(lambda: with_passkeys.sign_in(book, copy.show(officer.asked()), "browser", PLACE))
    assert passkeys.mine(book, by=walk.officer) == []
    refused(officer.sign_in)
    assert "passkey_copied" in [event.what for event in timeline.events_of_team(book, by=walk.chair)]
    dean = owner(book, walk, watch, "dean")
    dean.passkey.counts = None
    asked = passkeys.ask_new(book, dean.secret, PLACE, by=dean.visitor)
    dean.passkey.id = b"one that does not count"
    passkeys.add(book, dean.passkey.make(asked), "", dean.secret, PLACE, by=dean.visitor)
    for _ in range(2):
        dean.sign_in()


def test_a_passkey_is_added_and_removed_after_the_second_factor_alone(walk: Walk, watch: Watch) -> None:
    """Of a moment ago; by its owner; made once; a code or another passkey of theirs is shown for that."""
    book = walk.book
    officer, dean = owner(book, walk, watch), owner(book, walk, watch, "dean")
    (mine,) = passkeys.mine(book, by=walk.officer)
    with pytest.raises(UnknownRecord):
        passkeys.remove(book, mine.id, by=dean.visitor)
    asked = passkeys.ask_new(book, officer.secret, PLACE, by=officer.visitor)
    refused(
        lambda: passkeys.add(book, officer.passkey.make(asked), "", officer.secret, PLACE, by=officer.visitor)
    )
    other = SoftPasskey(PLACE, b"another")
    refused(lambda: passkeys.add(book, other.make(asked), "", dean.secret, PLACE, by=dean.visitor))
    watch.forward(minutes=11)
    late = officer.visitor
    refused(lambda: passkeys.ask_new(book, officer.secret, PLACE, by=late))
    refused(lambda: passkeys.remove(book, mine.id, by=late))
    theirs = dean.passkey.show(passkeys.ask_shown(book, officer.secret, PLACE))
    refused(lambda: with_passkeys.show_again(book, officer.secret, theirs, PLACE))
    own = officer.passkey.show(passkeys.ask_shown(book, officer.secret, PLACE))
    kept, officer.secret = officer.secret, with_passkeys.show_again(book, officer.secret, own, PLACE)
    refused(lambda: sessions.visitor(book, kept))
    passkeys.remove(book, mine.id, by=officer.visitor)
    refused(officer.sign_in)


@pytest.mark.clause("W-39")
def test_nobody_who_left_or_whose_account_was_set_up_anew_signs_in_with_an_old_passkey(
    walk: Walk, watch: Watch
) -> None:
    """Whoever had the lost phone may have added one of their own."""
    book = walk.book
    officer, dean = owner(book, walk, watch), owner(book, walk, watch, "dean")
    ending.end(book, "officer", by=walk.chair, on=watch.now, hand_over_to="nurse")
    refused(officer.sign_in)
    account(book, "dean", by=walk.chair)
    refused(dean.sign_in)


def test_whoever_tries_passwords_keeps_nobody_out_who_has_a_passkey(walk: Walk, watch: Watch) -> None:
    """A passkey is not guessed, so that it does not rest."""
    book = walk.book
    officer = owner(book, walk, watch)
    for _ in range(LET_PASS):
        refused(lambda: signing_in.begin(book, "officer", "not it"))
    refused(lambda: signing_in.begin(book, "officer", PASSWORD))
    officer.sign_in()
