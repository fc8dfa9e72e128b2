"""What is rehearsed is there while it is looked at, and gone afterwards, on either kind of server."""

import pytest

from states.casebook import Casebook
from states.casebook.effects import foreseeing
from states.casebook.reading import overview
from states.casebook.rehearsing import rehearsed
from states.casebook.triggers import acting
from states.errors import CaseChanged, TransitionRefused
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk


def test_what_is_rehearsed_is_taken_back_and_what_follows_is_known(book: Casebook) -> None:
    """The state, the events and what would be owed; the step is then taken as if nobody had tried."""
    walk = Walk(book)
    number, chair = walk.screened(), walk.chair
    events = walk.events(number)
    with rehearsed(book) as rehearsing:
        before = foreseeing.owed(rehearsing, number, by=chair)
        acting.act(rehearsing, number, "open_inquiry", by=chair)
        works = foreseeing.claimed(rehearsing, number, before, by=chair)
        assert overview.one(rehearsing, number, by=chair).state == CaseState.INQUIRY
    assert {work.kind for work in works} == {
        EffectKind.COLLECT_RECORDS,
        EffectKind.CONVENE_TEAM,
        EffectKind.NOTIFY_TEAM,
    }
    assert overview.one(book, number, by=chair).state == CaseState.REPORTED
    assert walk.events(number) == events
    walk.act(number, "open_inquiry")
    assert walk.events(number) == [*events, "open_inquiry"]


def test_a_rehearsal_that_is_refused_leaves_nothing_either(book: Casebook) -> None:
    """Whatever was done before in it."""
    walk = Walk(book)
    number = walk.screened()
    events = walk.events(number)
    with rehearsed(book) as rehearsing:
        acting.act(rehearsing, number, "open_inquiry", by=walk.chair)
        with pytest.raises(TransitionRefused):
            acting.act(rehearsing, number, "close", by=walk.chair)
    assert walk.events(number) == events


def test_whoever_saw_an_older_case_writes_nothing_over_it(book: Casebook) -> None:
    """Whatever they do that asks for no version itself, and once what comes first with it is done."""
    walk = Walk(book)
    number, done = walk.screened(), list[str]()
    seen = overview.one(book, number, by=walk.chair).version
    walk.act(number, "open_inquiry")
    with pytest.raises(CaseChanged, match="open inquiry by chair"):
        acting.act(book.as_seen(seen), number, "assess", by=walk.chair)
    first = book.as_seen(None, lambda _connection: done.append("first"))
    acting.act(first, number, "raise_alarm", by=walk.chair)
    assert done == ["first"]
