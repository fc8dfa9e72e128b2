"""A change of a member's entry opens the cases that it may concern, and no others."""

import pytest

from states.access import Actor
from states.casebook import Casebook
from states.casebook.team import members, reaching
from states.contents.content import Person
from states.vault import TEAM_SCOPE, DataKey, Vault
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.statements import statements
from tests.states.looking import case, verified


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each scope whose key is unwrapped from now on: a case's before what it says can be read."""
    unwrap, scopes = Vault.unwrap, list[str]()

    def note(vault: Vault, scope: str, wrapped: bytes) -> DataKey:
        if scope != TEAM_SCOPE:
            scopes.append(scope)
        return unwrap(vault, scope, wrapped)

    monkeypatch.setattr(Vault, "unwrap", note)
    return scopes


def nurse(walk: Walk) -> Actor:
    """Somebody whom no case names."""
    return members.actor(walk.book, "nurse")


def kept_out_of_one(walk: Walk) -> str:
    """A case that the dean is kept out of; gives its number."""
    return walk.reported(reporter=Person(name="", email="invented-dean-address@wnmu.example"))


@pytest.mark.clause("W-02", "W-39")
def test_who_is_known_by_nothing_new_has_no_case_opened_however_many_there_are(
    book: Casebook, opened: list[str]
) -> None:
    """A telephone, a channel for alarms: three cases or six, the same statements, and none reads a case."""
    walk, took = Walk(book), list[list[str]]()
    kept_out_of_one(walk)
    for phone in ("575-555-0111", "575-555-0112"):
        for _ in range(2):
            walk.reported()
        opened.clear()
        with statements(book) as said:
            reaching.change(book, by=nurse(walk), phone=phone, text="json://invented.example/alarms")
            members.change(book, "nurse", {"phone": phone}, by=walk.chair)
        took.append(list(said))
        assert opened == []
    assert took[0] == took[1]
    verified(book)


@pytest.mark.clause("W-02", "W-39")
def test_a_new_role_opens_only_the_cases_that_somebody_is_kept_out_of(
    book: Casebook, opened: list[str]
) -> None:
    """Who acts instead hangs on it; whom the others name does not."""
    walk = Walk(book)
    number = kept_out_of_one(walk)
    for _ in range(3):
        walk.reported()
    opened.clear()
    members.change(book, "nurse", {}, by=walk.chair, roles=[Role.MEMBER, Role.INTAKE])
    assert set(opened) == {case(book, number).id}
    verified(book)


@pytest.mark.clause("W-02", "W-39")
def test_a_new_mailbox_opens_each_case_once_and_again_only_what_came_in_meanwhile(
    book: Casebook, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that names it is found, also when a report comes in between the search and the lock."""
    walk, write, came = Walk(book), book.store.write, list[str]()
    named = [walk.reported(reporter=Person(name="", email="other@wnmu.example"))]
    others = [case(book, walk.reported()).id for _ in range(3)]

    def late(*given: object, **more: object) -> object:
        if not came:
            came.append("")
            before = list(opened)
            came.append(walk.reported(reporter=Person(name="", email="other@wnmu.example")))
            opened[:] = before
        return write(*given, **more)

    monkeypatch.setattr(book.store, "write", late)
    opened.clear()
    reaching.change(book, by=nurse(walk), address="other@wnmu.example")
    assert all(case(book, number).kept_out == ["nurse"] for number in (*named, came[-1]))
    assert [opened.count(each) for each in others] == [1, 1, 1]
    verified(book)
