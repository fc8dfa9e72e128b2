"""Who a case is about, set right."""

from states.access import Act, Actor
from states.casebook.alarms import raising
from states.casebook.book import Casebook
from states.casebook.clocks import hasten
from states.casebook.lookups.asking import ask_sources
from states.casebook.persons import subjects
from states.casebook.persons.joining import suggest
from states.casebook.persons.units import settle
from states.casebook.standing.conflicts import look
from states.contents.payloads import COLLECT_RECORDS, Payload
from states.contents.reports import SubjectContent
from states.errors import BadInput
from states.tables import (
    Subject,
)
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock


def correct_subject(
    book: Casebook, number: str, subject: SubjectContent, *, by: Actor, because: str = ""
) -> subjects.Decided:
    """Decide who the person is; what was on record before stays, and what reporters wrote (W-01, W-47).

    The case is found by what this says from now on, and by what reports say that come in later.

    Raises:
        BadInput: an unknown site; or it names another person, and does not say why.
    """
    with book.page(number, by, Act.RECORD) as page:
        decided = subjects.decide(page, subject, because=because)
        suggest(page)
        if subject.unit:
            settle(page, subject.unit)
        if page.case.state == CaseState.INQUIRY and ask_sources(page, only_new=True):
            page.owe(COLLECT_RECORDS, Payload())
            hasten(page, Clock.SOURCE_ANSWER)
        page.log("subject_corrected", subject=decided.subject_id, sites=page.case.sites)
        raising.say_where_else(page)
        look(page)
    return decided


def restore(book: Casebook, number: str, subject_id: str, *, by: Actor, because: str) -> subjects.Decided:
    """Go back to an earlier decision on who the person is; the later ones stay on record (W-47).

    Raises:
        BadInput: no reason is given, or that decision holds already.
        UnknownRecord: the case has no such decision.
    """
    with book.page(number, by, Act.RECORD) as page:
        page.row(Subject, subject_id)
        decisions = subjects.subjects(page)
        if decisions[-1][0].id == subject_id:
            raise BadInput("That decision holds already. Nothing was written.")
        if not because.strip():
            raise BadInput("Say why: going back to an earlier decision needs a reason. Nothing was written.")
        content = next(content for row, content in decisions if row.id == subject_id)
        decided = subjects.decide(page, content, because=because, restores=subject_id)
        page.log("subject_restored", subject=subject_id)
        raising.say_where_else(page)
        look(page)
        return decided
