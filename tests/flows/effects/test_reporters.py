"""What a reporter who left an address hears by mail: that a question waits, and no more."""

from typing import Any

import pytest

from states.casebook.effects.nonces import Once
from states.casebook.intake import conversations, receipts
from states.contents.content import Person
from states.vocabulary.effects import EffectKind
from tests.cases.walking import Walk
from tests.installations.running import Runs

ADDRESS, QUESTION = "pat@people.example", "An invented question about a locker?"


def reported(walk: Walk, **given: Any) -> tuple[str, str]:
    """Report something; gives the case's number and the report's id."""
    number = walk.reported(**given)
    (report,) = walk.records(number, "reports")
    return number, report["id"]


def once(walk: Walk, nonce: str) -> Once:
    """What makes a form one."""
    return Once("form", nonce, receipts.once(walk.book.clock()).expires_at)


@pytest.mark.clause("W-16", "W-40")
async def test_a_reporter_who_left_an_address_hears_that_a_question_waits_and_not_what(
    walk: Walk, runs: Runs
) -> None:
    """In both languages, without the case, the team, a name or a word of it; once until they answered."""
    number, report = reported(walk, reporter=Person(name="Pat Placeholder", email=ADDRESS), private=True)
    for _ in range(2):
        conversations.ask(walk.book, number, report, QUESTION, by=walk.chair)
    await runs.only(number, EffectKind.TELL_REPORTER)
    (mail,) = (each for each in runs.mail() if each["To"] == ADDRESS)
    said = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert ("A message waits for you" in said, "Le espera un mensaje" in said) == (True, True)
    assert "/report/return" in said
    for word in (number, "locker", "invented", "Placeholder", "Threat Assessment", "concern", "report you"):
        assert word not in f"{mail['Subject']} {said}".replace("/report/return", ""), word
    secret = receipts.secret_of(walk.book.vault, report)
    receipts.answer(walk.book, receipts.number_of(report), secret, "Yes.", once=once(walk, "a"))
    conversations.ask(walk.book, number, report, "And another one?", by=walk.chair)
    assert len(runs.owed(number, EffectKind.TELL_REPORTER)) == 1


@pytest.mark.clause("W-40")
async def test_nobody_is_mailed_who_left_no_address_answered_already_or_wants_none(
    walk: Walk, runs: Runs
) -> None:
    """What the return page says holds for what they add as well, and for a mail that is still to go."""
    number, report = reported(walk, reporter=Person(name="Pat Placeholder"))
    conversations.ask(walk.book, number, report, QUESTION, by=walk.chair)
    assert runs.owed(number, EffectKind.TELL_REPORTER) == []
    number, report = reported(walk, reporter=Person(email=ADDRESS))
    known = receipts.number_of(report), receipts.secret_of(walk.book.vault, report)
    assert receipts.returned(walk.book, *known).mailed is True
    receipts.add(walk.book, *known, "There is more.", once=once(walk, "b"))
    conversations.ask(walk.book, number, report, QUESTION, by=walk.chair)
    receipts.want_no_mail(walk.book, *known)
    assert receipts.returned(walk.book, *known).mailed is False
    await runs.only(number, EffectKind.TELL_REPORTER)
    assert ADDRESS not in runs.told()
    added = walk.records(number, "reports")[-1]["id"]
    assert added != report
    conversations.ask(walk.book, number, added, QUESTION, by=walk.chair)
    assert runs.owed(number, EffectKind.TELL_REPORTER) == []
