"""Nothing leaves without a rule of the pack for recipient, purpose, basis and content (W-35 to W-39)."""

from itertools import product

import pytest

from states.access import Actor
from states.casebook import Casebook
from states.casebook.closing import disposition
from states.casebook.disclosing import disclosures
from states.casebook.disclosing.across import across
from states.casebook.inquiry.correcting import correct_subject
from states.casebook.standing.decisions import recuse
from states.casebook.team import members
from states.contents.leaving import DeterminationContent
from states.contents.reports import SubjectContent
from states.errors import BadInput, NotPermitted, UnknownRecord, Withheld
from states.gate import Outgoing, let_out
from states.policy.pack import Pack
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.people import Affiliation, IdentifierKind, Role
from states.vocabulary.sources import LegalBasis
from tests.cases.referring import consent
from tests.cases.walking import Walk
from tests.states.looking import case

R, P, B, D = RecipientKind, Purpose, LegalBasis, Disclosed

#: what people of these offices may do, all of them on the team
DEAN = Actor("dean", frozenset({Role.MEMBER, Role.CHAIR}), frozenset({"student_affairs"}))
PRESS = Actor("press", frozenset({Role.MEMBER, Role.CHAIR}), frozenset({"public_information"}))
NURSE = Actor("nurse", frozenset({Role.MEMBER, Role.CHAIR}), frozenset({"health_services"}))

CONSIDERED = DeterminationContent(
    threat="invented", seriousness="invented", urgency="invented", need="invented", ability_of_recipient="x"
)


def out(
    to: RecipientKind,
    purpose: Purpose,
    basis: LegalBasis,
    *what: Disclosed,
    through: str = "",
    determination: str = "",
    consent: str = "some-consent",
    agreed: str = "president",
) -> Outgoing:
    """Something that is about to leave for somebody."""
    return Outgoing(
        to, "somebody", purpose, basis, frozenset(what), through, determination, consent, frozenset({agreed})
    )


@pytest.mark.parametrize(
    ("outgoing", "needed"),
    [
        pytest.param(
            out(R.PARENT, P.NOTICE, B.CONSENT, D.DISPOSITION),
            "It leaves only through Student Affairs. (Student Affairs)",
            marks=pytest.mark.clause("W-37"),
        ),
        pytest.param(
            out(R.PARENT, P.EMERGENCY, B.HEALTH_OR_SAFETY, D.EDUCATION_RECORD, through="student_affairs"),
            "how serious the threat is, how urgent, why the information is needed, and how the recipient",
            marks=pytest.mark.clause("W-35"),
        ),
        pytest.param(
            out(R.MEDIA, P.NOTICE, B.NO_RECORD, D.CASE_STATUS),
            "It leaves only through Public Information Officer.",
            marks=pytest.mark.clause("W-38"),
        ),
        pytest.param(
            out(R.MEDIA, P.NOTICE, B.CONSENT, D.CASE_NUMBER, through="public_information"),
            "The policy lets no case number go to the media for this purpose (notice).",
            marks=pytest.mark.clause("W-38"),
        ),
        pytest.param(
            out(R.MEDIA, P.NOTICE, B.NO_RECORD, D.CASE_STATUS, through="public_information", agreed=""),
            "Nobody of Office of the President has agreed to it by name",
            marks=pytest.mark.clause("W-38"),
        ),
        pytest.param(
            out(R.PARENT, P.NOTICE, B.CONSENT, D.DISPOSITION, through="student_affairs", consent=""),
            "No consent that covers it is on record: who gave it, when, for what, and to whom.",
            marks=pytest.mark.clause("W-37"),
        ),
        pytest.param(
            out(R.SOCIAL_SERVICES, P.REFERRAL, B.SCHOOL_OFFICIAL, D.IDENTIFIERS),
            "needed would be: consent, FERPA health or safety",
            marks=pytest.mark.clause("U-09"),
        ),
        pytest.param(
            out(R.RECORD_HOLDER, P.LOOK_UP, B.PARTNER_AGREEMENT, D.IDENTIFIERS),
            "needed would be: FERPA school official, FERPA health or safety",
            marks=pytest.mark.clause("U-09", "M-08"),
        ),
        pytest.param(
            out(R.POLICE, P.EXPORT, B.HEALTH_OR_SAFETY, D.CASE_FILE),
            "A health or safety emergency has to be determined first",
            marks=pytest.mark.clause("W-35"),
        ),
        pytest.param(
            out(R.REPORTER, P.NOTICE, B.SCHOOL_OFFICIAL, D.EDUCATION_RECORD),
            "The policy lets no education record go to the reporter",
            marks=pytest.mark.clause("W-39"),
        ),
    ],
)
def test_what_is_withheld_says_what_would_be_needed(pack: Pack, outgoing: Outgoing, needed: str) -> None:
    """A refusal names the basis, the office or the determination that is missing, and who can give it."""
    with pytest.raises(Withheld) as refusal:
        let_out(pack, outgoing)
    assert needed in str(refusal.value)
    assert "Nothing left" in str(refusal.value)
    assert refusal.value.missing


@pytest.mark.parametrize(
    "outgoing",
    [
        pytest.param(
            out(R.TEAM, P.NOTICE, B.SCHOOL_OFFICIAL, D.CASE_STATUS), marks=pytest.mark.clause("W-39")
        ),
        out(R.POLICE, P.EMERGENCY, B.HEALTH_OR_SAFETY, D.CASE_NUMBER),
        pytest.param(
            out(R.PARENT, P.NOTICE, B.CONSENT, D.DISPOSITION, through="student_affairs"),
            marks=pytest.mark.clause("W-37"),
        ),
        pytest.param(
            out(R.POLICE, P.EXPORT, B.HEALTH_OR_SAFETY, D.CASE_FILE, determination="some-id"),
            marks=pytest.mark.clause("W-35"),
        ),
        out(R.COURT, P.EXPORT, B.COURT_ORDER, D.CASE_FILE),
    ],
)
def test_what_the_pack_allows_leaves(pack: Pack, outgoing: Outgoing) -> None:
    """By a rule that cites its clause."""
    assert let_out(pack, outgoing).clause


def test_whatever_no_rule_names_stays(pack: Pack) -> None:
    """Of every recipient, purpose, basis and content, only what one rule names together gets through."""
    for to, purpose, basis, what in product(R, P, B, D):
        named = any(
            to in rule.to and purpose in rule.purposes and basis in rule.bases and what in rule.what
            for rule in pack.disclosures
        )
        releasing = {code for rule in pack.disclosures if (code := rule.only_through)} | {""}
        leaving = [out(to, purpose, basis, what, through=code, determination="some-id") for code in releasing]
        assert any(_leaves(pack, each) for each in leaving) == named, (to, purpose, basis, what)


def _leaves(pack: Pack, outgoing: Outgoing) -> bool:
    try:
        let_out(pack, outgoing)
    except Withheld:
        return False
    return True


@pytest.mark.clause("W-35")
def test_an_emergency_is_determined_by_a_named_official_only(book: Casebook) -> None:
    """With it on record the file may go to the police; a nurse cannot determine it."""
    walk = Walk(book)
    number = walk.in_inquiry()
    handing_out = out(R.POLICE, P.EXPORT, B.HEALTH_OR_SAFETY, D.CASE_FILE)
    with pytest.raises(NotPermitted, match="determined by one of these offices: University Police"):
        disclosures.determine(book, number, CONSIDERED, by=NURSE)
    with pytest.raises(Withheld):
        disclosures.export(book, number, handing_out, by=DEAN, because="The exam is tomorrow.")
    determined = disclosures.determine(book, number, CONSIDERED, by=DEAN)
    opened = disclosures.export(book, number, handing_out, by=DEAN, because="The exam is tomorrow.")
    assert opened["case"]["number"] == number
    (row,) = walk.records(number, "disclosures")
    assert (row["determination_id"], row["recipient_kind"], row["what"]) == (
        determined,
        "police",
        ["case_file"],
    )


def test_a_determination_of_an_earlier_course_does_not_do(book: Casebook) -> None:
    """A reopened case is another emergency, if it is one."""
    walk = Walk(book)
    number = walk.closed()
    disclosures.determine(book, number, CONSIDERED, by=DEAN)
    walk.act(number, "reopen", {"reason": "invented"})
    with pytest.raises(Withheld):
        disclosures.export(
            book, number, out(R.POLICE, P.EXPORT, B.HEALTH_OR_SAFETY, D.CASE_FILE), by=DEAN, because="x"
        )


@pytest.mark.clause("W-37")
def test_nobody_speaks_for_an_office_that_is_not_theirs(book: Casebook) -> None:
    """Parents hear from Student Affairs alone, whatever others say."""
    walk = Walk(book)
    number = walk.in_inquiry()
    telling = out(R.PARENT, P.NOTICE, B.CONSENT, D.DISPOSITION, through="student_affairs")
    asking = {"because": "They worry.", "asked_by": "A parent, by phone"}
    with pytest.raises(NotPermitted, match="You do not speak for Student Affairs"):
        disclosures.tell(book, number, telling, by=NURSE, **asking)
    assert walk.records(number, "disclosures") == []
    with pytest.raises(Withheld, match="No consent that covers it is on record"):
        disclosures.tell(book, number, telling, by=DEAN, **asking)
    consent(
        book,
        number,
        by=walk.chair,
        to=R.PARENT,
        recipient="somebody",
        purpose=P.NOTICE,
        what=(D.DISPOSITION,),
    )
    disclosures.tell(book, number, telling, by=DEAN, **asking)
    (row,) = walk.records(number, "disclosures")
    assert (row["recipient_kind"], row["through"], row["clause"]) == ("parent", "student_affairs", "W-37")


@pytest.mark.clause("W-38")
def test_the_media_hear_from_the_public_information_officer(book: Casebook) -> None:
    """And not before somebody of the President's office agreed to the text: saying so is not enough."""
    walk = Walk(book)
    number = walk.in_inquiry()
    telling = Outgoing(
        R.MEDIA, "gazette", P.NOTICE, B.NO_RECORD, frozenset({D.CASE_STATUS}), "public_information"
    )
    with pytest.raises(Withheld, match="has agreed to it by name: draft the text as a release"):
        disclosures.tell(
            book, number, telling, by=PRESS, because="The President's office agreed.", asked_by="A journalist"
        )
    assert walk.records(number, "disclosures") == []
    (refused,) = walk.records(number, "disclosure_requests")
    assert (refused["recipient_kind"], refused["lacking"]) == ("media", ["agreement"])
    assert refused["content"]["asked_by"] == "A journalist"


def test_a_disclosure_wants_a_reason(book: Casebook) -> None:
    """Nothing is written without."""
    walk = Walk(book)
    number = walk.in_inquiry()
    with pytest.raises(BadInput, match="Say why"):
        disclosures.tell(
            book, number, out(R.OFFICE, P.NOTICE, B.SCHOOL_OFFICIAL, D.CASE_NUMBER), by=DEAN, because=""
        )


@pytest.mark.clause("P-08")
def test_what_left_about_a_person_is_listed_over_all_their_cases(book: Casebook) -> None:
    """A person's record of disclosures is longer than a case; another person's is not in it."""
    walk = Walk(book)
    first, other = walk.closed(), walk.in_inquiry(affiliation=Affiliation.STAFF)
    telling = out(R.OFFICE, P.NOTICE, B.SCHOOL_OFFICIAL, D.CASE_STATUS)
    disclosures.tell(book, first, telling, by=DEAN, because="invented")
    disclosures.tell(book, other, telling, by=DEAN, because="invented")
    lines = disclosures.of_person(book, first, by=walk.chair)
    assert {line.case_number for line in lines} == {first}
    with pytest.raises(NotPermitted):
        disclosures.of_person(book, first, by=walk.officer)


@pytest.mark.clause("P-08", "W-02")
def test_whoever_stands_in_for_the_chair_sees_what_left_by_that_case_alone(book: Casebook) -> None:
    """They chair in the one that the chair is kept out of: of the person's other cases they learn nothing."""
    walk = Walk(book)
    known = {IdentifierKind.CAMPUS_ID: "900000778"}
    person = SubjectContent(name="invented-subject", site="silver_city", identifiers=known)
    first, other = walk.in_inquiry(), walk.in_inquiry()
    for number in (first, other):
        correct_subject(book, number, person, by=walk.chair, because="Invented.")
    telling = out(R.OFFICE, P.NOTICE, B.SCHOOL_OFFICIAL, D.CASE_STATUS)
    for number in (first, other):
        disclosures.tell(book, number, telling, by=DEAN, because="invented")

    def seen(number: str, by: Actor) -> set[str]:
        return {line.case_number for line in disclosures.of_person(book, number, by=by)}

    assert seen(first, walk.chair) == {first, other}
    recuse(book, first, by=walk.chair, because="Invented.")
    assert seen(other, walk.chair) == {other}
    (stand_in,) = case(book, first).stand_ins
    by = members.actor(book, stand_in)
    assert seen(first, by) == {first}
    assert disposition.early_erasures(book, first, by=by) == []
    for ask in (disclosures.of_person, disposition.early_erasures):
        with pytest.raises((NotPermitted, UnknownRecord)):
            ask(book, other, by=by)
        with pytest.raises(UnknownRecord):
            ask(book, first, by=walk.chair)


@pytest.mark.clause("P-08")
def test_what_left_is_listed_across_the_cases_for_whoever_keeps_the_records(book: Casebook) -> None:
    """Told and refused alike, newest first, or what went to one kind of recipient; not who asked."""
    walk = Walk(book)
    first, other = walk.in_inquiry(), walk.in_inquiry(affiliation=Affiliation.STAFF)
    telling = out(R.OFFICE, P.NOTICE, B.SCHOOL_OFFICIAL, D.CASE_STATUS)
    disclosures.tell(book, first, telling, by=DEAN, because="invented")
    with pytest.raises(Withheld):
        disclosures.tell(
            book,
            other,
            out(R.MEDIA, P.NOTICE, B.NO_RECORD, D.CASE_STATUS, through="public_information", agreed=""),
            by=PRESS,
            because="invented",
            asked_by="A journalist",
        )
    lines = across(book, by=walk.chair)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert {line.case_number for line in lines} == {first, other}
    assert [line.case_number for line in across(book, by=walk.chair, to=R.MEDIA)] == [other]
    (refused,) = across(book, by=walk.chair, to=R.MEDIA)
    assert (bool(refused.refused), refused.asked_by) == (True, "")
    with pytest.raises(NotPermitted):
        across(book, by=walk.officer)
