"""The audit of queries shows who asked what, why and what came back, and flags what is odd (P-03)."""

import pytest

from states.access import Actor
from states.casebook import Casebook
from states.casebook.intake import reports
from states.casebook.lookups import asking
from states.casebook.reading import audit
from states.contents.reports import ReportContent
from states.errors import BadInput, NotPermitted, Refused
from states.vocabulary.people import Role
from states.vocabulary.sources import AnswerStatus, LegalBasis, Oddity, SourceKind
from tests.cases.walking import Walk
from tests.states.conftest import Watch

pytestmark = pytest.mark.clause("P-03")

WHY = "The report speaks of a rifle."


def about(number: str, book: Casebook, by: Actor) -> tuple[Oddity, ...]:
    """What is odd about the weapons question of a case."""
    lines = [line for line in audit.queries(book, by=by) if line.case_number == number]
    return next(line.odd for line in lines if line.kind == SourceKind.WEAPONS_REGISTRATION)


def ask(walk: Walk, number: str, *, by: Actor | None = None, urgent: bool = False) -> str:
    """Ask whether weapons are registered to the person."""
    kind = SourceKind.WEAPONS_REGISTRATION
    return asking.request_lookup(walk.book, number, kind, by=by or walk.chair, because=WHY, urgent=urgent)


def test_an_ordinary_question_is_listed_and_not_odd(book: Casebook) -> None:
    """Who, what, on which basis, and how far it is; by day, on an open case, by somebody who is on it."""
    walk = Walk(book)
    number = walk.in_inquiry()
    ask(walk, number)
    asked = audit.queries(book, by=walk.chair)
    (line,) = [line for line in asked if line.kind == SourceKind.WEAPONS_REGISTRATION]
    assert (line.case_number, line.by) == (number, "chair")
    assert (line.basis, line.status, line.odd) == (LegalBasis.PARTNER_AGREEMENT, AnswerStatus.ASKED, ())


def test_a_question_on_a_closed_case_is_odd(book: Casebook) -> None:
    """There may be a reason; somebody should know it."""
    walk = Walk(book)
    number = walk.closed()
    ask(walk, number)
    assert about(number, book, walk.chair) == (Oddity.CLOSED_CASE,)


def test_a_question_of_somebody_who_is_not_on_the_case_is_odd(book: Casebook) -> None:
    """The chair may ask on every case; on one that is not theirs, it shows."""
    walk = Walk(book)
    number = walk.in_inquiry()
    outsider = Actor("somebody-else", frozenset({Role.CHAIR}))
    ask(walk, number, by=outsider)
    assert about(number, book, walk.chair) == (Oddity.NOT_ON_CASE,)


@pytest.mark.parametrize(("asked", "odd"), [("in time", (Oddity.OUTSIDE_DUTY,)), ("urgently", ())])
def test_a_question_by_night_is_odd_unless_it_is_urgent(
    book: Casebook, watch: Watch, asked: str, odd: tuple[Oddity, ...]
) -> None:
    """What cannot wait is asked at any hour."""
    walk = Walk(book)
    number = walk.in_inquiry()
    watch.forward(hours=12)
    ask(walk, number, urgent=asked == "urgently")
    assert about(number, book, walk.chair) == odd


def test_the_same_question_about_one_person_again_and_again_is_odd(book: Casebook, watch: Watch) -> None:
    """Also when each is put on another case."""
    walk = Walk(book)
    number = walk.in_inquiry()
    for _ in range(book.pack.audit.repeats + 1):
        ask(walk, number)
        asking.waive_source(
            book, number, SourceKind.WEAPONS_REGISTRATION, by=walk.chair, because="Answered by phone."
        )
        watch.forward(minutes=1)
    newest = audit.queries(book, by=walk.chair, odd_only=True)
    assert [line.odd for line in newest] == [(Oddity.REPEATED_PERSON,)]


def test_it_makes_no_difference_how_many_questions_are_looked_at_together(
    book: Casebook, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Questions about one person are counted also where those before them are no longer listed."""
    walk = Walk(book)
    number = walk.in_inquiry()
    for place in range(2 * book.pack.audit.repeats + 3):
        ask(walk, number, urgent=place % 2 == 0)
        kind = SourceKind.WEAPONS_REGISTRATION
        asking.waive_source(book, number, kind, by=walk.chair, because="Answered by phone.")
        watch.forward(minutes=1)
    whole = [audit.queries(book, by=walk.chair, odd_only=odd) for odd in (False, True)]
    assert len(whole[1]) == book.pack.audit.repeats + 3
    monkeypatch.setattr(audit, "TOGETHER", 2)
    assert [audit.queries(book, by=walk.chair, odd_only=odd) for odd in (False, True)] == whole
    assert audit.queries(book, by=walk.chair, odd_only=True, limit=3) == whole[1][:3]


def test_a_trial_on_no_case_is_odd(book: Casebook) -> None:
    """Setting up a source is a reason; looking somebody up is none."""
    walk = Walk(book)
    audit.record_trial(
        book,
        by=walk.chair,
        source="registrar",
        kind=SourceKind.REGISTRAR,
        basis=LegalBasis.SCHOOL_OFFICIAL,
        status=AnswerStatus.FOUND,
    )
    (line,) = audit.queries(book, by=walk.chair)
    assert (line.case_number, line.odd) == ("", (Oddity.NO_CASE,))


def test_an_erased_case_leaves_its_questions_in_the_audit(book: Casebook) -> None:
    """That it was asked stays; about whom does not."""
    walk = Walk(book)
    number = walk.closed()
    ask(walk, number)
    walk.erase(number)
    assert Oddity.CLOSED_CASE in about(number, book, walk.chair)


def test_only_chair_and_custodian_look(book: Casebook) -> None:
    """Whoever is audited does not audit."""
    with pytest.raises(NotPermitted):
        audit.queries(book, by=Walk(book).officer)


@pytest.mark.clause("U-03")
def test_a_source_that_is_asked_on_request_wants_a_reason(book: Casebook) -> None:
    """Without one nothing is asked; a second question waits for the first one's answer."""
    walk = Walk(book)
    number = walk.in_inquiry()
    with pytest.raises(BadInput, match="Say why"):
        asking.request_lookup(book, number, SourceKind.WEAPONS_REGISTRATION, by=walk.chair, because=" ")
    ask(walk, number)
    with pytest.raises(Refused, match="waits for an answer of that kind already"):
        ask(walk, number)


def test_a_source_that_the_policy_does_not_ask_about_a_person_is_refused(book: Casebook) -> None:
    """A visitor has no record at the registrar's."""
    content = ReportContent.read(
        {
            "behaviour_of_concern": "Shouted.",
            "subject": {"site": "silver_city", "affiliations": ["visitor"]},
        }
    )
    walk = Walk(book)
    number = reports.report(book, content, by=walk.chair).number
    with pytest.raises(BadInput, match="asks no source of that kind about such a person"):
        asking.request_lookup(book, number, SourceKind.REGISTRAR, by=walk.chair, because=WHY)
