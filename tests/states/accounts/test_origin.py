"""The ledger keeps by which way somebody came in: in a browser, or with which token of which program."""

from datetime import timedelta

import pytest

from console.invented import examples
from states.casebook.accounts import sessions, tokens
from states.casebook.accounts.rows import CONSOLE
from states.casebook.intake import reports
from states.casebook.reading import reads, timeline, whole_case
from states.vocabulary.programs import Scope
from tests.cases.signing_in import account
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import verified

pytestmark = pytest.mark.clause("P-08")


def test_what_a_program_does_says_with_which_token_it_came(walk: Walk) -> None:
    """A member's program reads, and a system reports; who audits sees the program's name."""
    book, number = walk.book, walk.reported()
    day, scopes = timedelta(days=1), [Scope.READ]
    mine = tokens.make(book, "a-program", by=walk.chair, scopes=scopes, lasts=day)
    whole_case.dossier(book, number, by=tokens.bearer(book, mine.secret).actor)
    (read,) = [each for each in timeline.timeline(book, number, by=walk.chair) if each.what == "read"][-1:]
    came = {"via": "api", "token": mine.id, "program": "a-program"}
    assert read.data.items() >= came.items()
    (line,) = reads.readings(book, by=walk.chair, since=book.clock() - day, who="chair")
    assert "api a-program" in line.through
    theirs = tokens.make(book, "campus-app", by=walk.chair, scopes=[Scope.REPORT], lasts=day, for_system=True)
    taken = reports.report(book, examples.report(), by=tokens.bearer(book, theirs.secret).actor)
    first = timeline.timeline(book, taken.number, by=walk.chair)[0]
    assert (first.actor, first.data["program"], first.data["token"]) == ("reporter", "campus-app", theirs.id)
    verified(book)


def test_signing_in_says_that_it_was_in_a_browser_and_who_gave_the_link_how_they_came(
    walk: Walk, watch: Watch
) -> None:
    """On the team's own chain, for each act about an account."""
    book = walk.book
    login = account(book, "officer", by=walk.chair)
    # Of each half minute one code, which works once.
    watch.forward(seconds=30)
    secret = login.sign_in(book)
    sessions.end(book, sessions.visitor(book, secret).session, by=sessions.visitor(book, secret).actor)
    told = {each.what: each.data.get("via") for each in timeline.events_of_team(book, by=walk.chair)}
    in_browser = {"account_set_up", "password_given", "signed_in", "session_ended"}
    assert {what: told[what] for what in in_browser} == dict.fromkeys(in_browser, CONSOLE.via)
    # Whoever gives a link came as they came: here, as nobody knows.
    assert told["account_link_given"] is None
