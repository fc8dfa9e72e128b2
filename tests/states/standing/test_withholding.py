"""What of a case is withheld from whom: each field has a class, and one table says who sees which."""

from typing import Any

import pytest

from states.access import Actor
from states.casebook.disclosing import disclosures
from states.casebook.inquiry import triage
from states.casebook.landing import sitting
from states.casebook.plan import meetings
from states.casebook.protecting import targets
from states.casebook.reading import timeline, whole_case
from states.casebook.rearranging import corrections
from states.casebook.team import members
from states.contents.classes import FieldClass
from states.contents.plans import MeetingContent, TargetContent
from states.errors import NotPermitted, Refused
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReferralKind
from states.vocabulary.people import IdentifierKind, Role
from states.vocabulary.plans import Attendance, MeetingKind
from states.vocabulary.sources import LegalBasis
from states.withholding import SEES, OnCase, Withholding, on_case, who_can_tell
from tests.cases.referring import S, told
from tests.cases.walking import Walk
from tests.states.looking import case

#: a record with something of each class in it, and the field that holds it
OF_EACH: dict[FieldClass, tuple[str, str, dict[str, Any]]] = {
    FieldClass.PLAIN: ("notes", "text", {}),
    FieldClass.REPORTER: ("calls", "phone", {"about": "r"}),
    FieldClass.RECORDS: ("source_queries", "facts", {"kind": "registrar"}),
    FieldClass.LAW_ENFORCEMENT: ("source_queries", "facts", {"kind": "weapons_registration"}),
    FieldClass.COUNSELLING: ("referrals", "outcome", {"kind": "counselling", "outcome": "attended"}),
    FieldClass.WHEREABOUTS: ("targets", "phone", {}),
    FieldClass.CONFLICT: ("conflicts", "said", {}),
}


@pytest.mark.parametrize("given", OnCase)
@pytest.mark.parametrize("of", FieldClass)
def test_each_class_is_seen_by_whom_the_table_names(of: FieldClass, given: OnCase) -> None:
    """Nothing of it is left where it is withheld, and who can tell stands beside it."""
    table, field, values = OF_EACH[of]
    row = {"id": "x", "content": {field: "invented-word"}, **values}
    shown, withheld = Withholding({given}, ["r"]).shown(table, row)
    seen = given in SEES[of]
    assert withheld == ({} if seen else {field: who_can_tell(of)})
    assert ("invented-word" in str(shown)) == seen or "outcome" in values
    assert ("attended" in str(shown)) == seen or "outcome" not in values
    # Of no class, it would be seen by nobody.
    shown, withheld = Withholding(list(OnCase), []).shown(table, {**row, "content": {"new": "x"}})
    assert shown["content"] == {"new": ""}
    assert withheld == {"new": "the chair and the custodian of records"}


@pytest.fixture
def number(walk: Walk) -> str:
    """A case with something in it of most classes, which the nurse leads; intake is on it by an office."""
    number = walk.monitored(referrals=(ReferralKind.COUNSELLING,), private=True)
    triage.assign(
        walk.book, number, by=walk.chair, lead="nurse", offices=["university_police", "academic_affairs"]
    )
    content = TargetContent(
        name="invented-target-name",
        phone="invented-target-phone",
        identifiers={IdentifierKind.EMPLOYEE_ID: "invented-target-id"},
    )
    target = targets.add(walk.book, number, content, by=walk.chair)
    corrections.put_right(
        walk.book, number, target, {"phone": "invented-newer-phone"}, by=walk.chair, because="x"
    )
    (referral,) = walk.records(number, "referrals")
    told(walk, number, referral["id"], S.COMPLETED, attendance=Attendance.ATTENDED)
    return number


#: words of a case, by what they tell
WORDS = {
    FieldClass.REPORTER: ("invented-reporter-name", "invented-reporter-phone", "invented-reporter-email"),
    FieldClass.WHEREABOUTS: ("invented-target-phone", "invented-newer-phone", "invented-target-id"),
    FieldClass.COUNSELLING: ("attended",),
}


@pytest.mark.clause("W-39", "W-40", "U-09")
def test_everybody_reads_what_is_theirs_to_see_and_no_more(walk: Walk, number: str) -> None:
    """The chair, the lead, a member, intake and the custodian: in what is opened, and in what happened."""
    row = case(walk.book, number)
    are = dict[str, set[OnCase]]()
    for member in ("chair", "nurse", "dean", "officer", "custodian"):
        by = members.actor(walk.book, member)
        given = on_case(by, row)
        are[member] = set(given)
        read = str(whole_case.dossier(walk.book, number, by=by))
        read += str(timeline.timeline(walk.book, number, by=by))
        for of, words in WORDS.items():
            seen = not given.isdisjoint(SEES[of])
            assert {word: word in read for word in words} == dict.fromkeys(words, seen), (member, of)
    assert are == {
        "chair": {OnCase.CHAIR},
        "nurse": {OnCase.LEAD, OnCase.MEMBER},
        "dean": {OnCase.MEMBER},
        "officer": {OnCase.INTAKE, OnCase.MEMBER},
        "custodian": {OnCase.CUSTODIAN},
    }


@pytest.mark.clause("W-39", "W-40", "W-53", "U-09")
def test_what_is_handed_out_tells_outside_no_more_than_outside_may_see(walk: Walk, number: str) -> None:
    """Whoever hands it out, the chair too: no reporter, nobody's whereabouts, nobody's counselling."""
    ordered = Outgoing(
        RecipientKind.COURT, "court", Purpose.EXPORT, LegalBasis.COURT_ORDER, frozenset({Disclosed.CASE_FILE})
    )
    now = walk.book.clock()
    meeting = meetings.schedule(walk.book, number, by=walk.chair, kind=MeetingKind.DEBRIEF, at=now)
    draft = MeetingContent(present=("chair",), minutes="invented-draft")
    begun = sitting.seat(walk.book, meeting, by=walk.chair).version
    sitting.note(walk.book, meeting, draft, by=walk.chair, version=begun)
    assert "invented-draft" in str(whole_case.dossier(walk.book, number, by=walk.chair))
    left = str(
        disclosures.export(walk.book, number, ordered, by=walk.chair, because="Ordered.", asked_by="a clerk")
    )
    assert "invented-draft" not in left, "minutes that are not on record yet"
    assert [word for words in WORDS.values() for word in words if word in left] == []
    assert "invented-target-name" in left


def test_nobody_corrects_what_they_may_not_read(walk: Walk, number: str) -> None:
    """Whether it stands so already would tell them; nor is a privacy corrected away without a talk (W-58)."""
    (report,) = walk.records(number, "reports")
    dean = members.actor(walk.book, "dean")
    guessed = {"reporter": {"name": "invented-reporter-name", "phone": "", "email": ""}}
    with pytest.raises(NotPermitted, match="the chair and intake can correct it"):
        corrections.put_right(walk.book, number, report["id"], guessed, by=dean, because="x")
    for by in (dean, walk.chair):
        with pytest.raises(Refused, match="after somebody has talked with them"):
            corrections.put_right(walk.book, number, report["id"], {"private": False}, by=by, because="x")
    corrections.put_right(
        walk.book, number, report["id"], {"occurred_at": "invented-hall"}, by=dean, because="x"
    )
    assert whole_case.dossier(walk.book, number, by=dean)["reports"][0]["private"]


def test_intake_is_named_the_reporter_and_not_shown_what_belongs_to_the_case(walk: Walk) -> None:
    """While nobody leads it, whoever screens alone is no member of it."""
    number = walk.reported(private=True)
    sorting = Actor("reception", frozenset({Role.INTAKE}))
    assert on_case(sorting, case(walk.book, number)) == {OnCase.INTAKE}
    assert "invented-reporter-name" in str(whole_case.dossier(walk.book, number, by=sorting))
