"""What is told outside: cleared as one text, refused on record, and never on somebody's mere word."""

import pytest

from states.access import Actor
from states.casebook.disclosing import consents, disclosures, releases
from states.casebook.reading import timeline, whole_case
from states.contents.leaving import ReleaseContent
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord, Withheld
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind, ReleaseStatus
from states.vocabulary.people import Role
from states.vocabulary.sources import LegalBasis
from tests.cases.referring import consent
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.looking import everything, verified

#: an officer of the press office, and one of the President's: neither is on any case
PRESS = Actor("press", frozenset({Role.OFFICIAL}), frozenset({"public_information"}))
PRESIDENT = Actor("chief-of-staff", frozenset({Role.OFFICIAL}), frozenset({"president"}))

SENTENCE = ReleaseContent(
    to=RecipientKind.MEDIA,
    recipient="gazette",
    basis=LegalBasis.NO_RECORD,
    what=(Disclosed.CASE_STATUS,),
    asked_by="invented-journalist",
    because="The campus talks about it.",
    text="There is no danger on campus.",
)


@pytest.mark.clause("W-38")
def test_the_media_hear_a_text_that_the_presidents_office_agreed_to_by_name(walk: Walk) -> None:
    """Both offices clear the very words; only then, and only by the one that may, is it told."""
    number = walk.in_inquiry()
    release = releases.draft(walk.book, number, SENTENCE, by=walk.officer)
    with pytest.raises(Refused, match="only one that is agreed"):
        releases.tell(walk.book, release, by=PRESS)
    assert releases.clear(walk.book, release, by=PRESS, agrees=True) is ReleaseStatus.DRAFTED
    assert releases.clear(walk.book, release, by=PRESIDENT, agrees=True) is ReleaseStatus.AGREED
    with pytest.raises(NotPermitted, match="Only Public Information Officer releases"):
        releases.tell(walk.book, release, by=walk.officer)
    assert releases.tell(walk.book, release, by=PRESS) == "There is no danger on campus."
    (told,) = walk.records(number, "disclosures")
    assert (told["recipient_kind"], told["about"], told["through"]) == (
        "media",
        release,
        "public_information",
    )
    decided = walk.records(number, "release_decisions")
    assert [(each["office"], each["content"]["named"]) for each in decided] == [
        ("public_information", "press"),
        ("president", "chief-of-staff"),
    ]
    verified(walk.book)


@pytest.mark.clause("W-38")
def test_what_the_presidents_office_said_is_put_on_record_with_a_name(walk: Walk) -> None:
    """By the office that releases it, and by nobody else; without a name it is nobody's word."""
    release = releases.draft(walk.book, walk.in_inquiry(), SENTENCE, by=walk.officer)
    with pytest.raises(BadInput, match="by name"):
        releases.clear(walk.book, release, by=PRESS, agrees=True, office="president")
    with pytest.raises(NotPermitted, match="by the office that releases the text"):
        releases.clear(
            walk.book, release, by=walk.officer, agrees=True, office="president", named="invented-name"
        )
    said = {"office": "president", "named": "invented-name", "note": "By phone."}
    releases.clear(walk.book, release, by=PRESS, agrees=True, **said)
    assert releases.clear(walk.book, release, by=PRESS, agrees=True) is ReleaseStatus.AGREED


@pytest.mark.clause("W-39", "P-05")
def test_whoever_clears_a_sentence_reads_that_sentence_alone(walk: Walk) -> None:
    """It is shown without its case, the case stays shut to them, and that they read it is on record."""
    number = walk.in_inquiry()
    release = releases.draft(walk.book, number, SENTENCE, by=walk.officer)
    (waiting,) = releases.to_clear(walk.book, by=PRESIDENT)
    assert (waiting.release_id, waiting.text) == (release, SENTENCE.text)
    assert number not in str(waiting)
    nurse = Actor("nurse", frozenset({Role.MEMBER}), frozenset({"health_services"}))
    assert releases.to_clear(walk.book, by=nurse) == []
    with pytest.raises(NotPermitted):
        whole_case.dossier(walk.book, number, by=PRESIDENT)
    happened = timeline.timeline(walk.book, number, by=walk.chair)
    assert [event.actor for event in happened if event.data.get("of") == "release"] == ["chief-of-staff"]


def test_a_text_that_an_office_declines_is_not_told(walk: Walk) -> None:
    """Nor is it decided on again."""
    release = releases.draft(walk.book, walk.in_inquiry(), SENTENCE, by=walk.officer)
    assert releases.clear(walk.book, release, by=PRESIDENT, agrees=False, note="Too early.") is (
        ReleaseStatus.DECLINED
    )
    with pytest.raises(Refused, match="declined already"):
        releases.clear(walk.book, release, by=PRESS, agrees=True)
    with pytest.raises(Refused, match="only one that is agreed"):
        releases.tell(walk.book, release, by=PRESS)
    with pytest.raises(UnknownRecord):
        releases.tell(walk.book, "none", by=PRESS)


@pytest.mark.clause("P-05", "U-09")
def test_a_request_that_is_refused_is_on_record(walk: Walk) -> None:
    """Who asked, for what and why it stayed: the person's record of disclosures shows it (34 CFR 99.32)."""
    number = walk.in_inquiry()
    asked = Outgoing(
        RecipientKind.ANYBODY,
        "landlord",
        Purpose.NOTICE,
        LegalBasis.SCHOOL_OFFICIAL,
        frozenset({Disclosed.EDUCATION_RECORD}),
    )
    with pytest.raises(BadInput, match="Say who asks"):
        disclosures.tell(walk.book, number, asked, by=walk.chair, because="He rents to him.")
    before = everything(walk.book)
    with pytest.raises(Withheld, match="asked for and withheld is on record"):
        disclosures.tell(
            walk.book, number, asked, by=walk.chair, because="He rents to him.", asked_by="invented-landlord"
        )
    assert everything(walk.book)["disclosures"] == before["disclosures"]
    (line,) = disclosures.of_person(walk.book, number, by=walk.chair)
    assert (line.recipient, line.refused, line.asked_by) == (
        "landlord",
        ("legal_basis",),
        "invented-landlord",
    )
    (row,) = walk.records(number, "disclosure_requests")
    assert row["content"]["because"] == "He rents to him."
    assert "needed would be: consent or court order" in row["content"]["why_not"][0]
    verified(walk.book)


@pytest.mark.clause("W-38")
def test_a_text_that_no_rule_allows_is_refused_on_record_when_it_is_drafted(walk: Walk) -> None:
    """Whoever agrees."""
    number = walk.in_inquiry()
    content = SENTENCE.model_copy(update={"what": (Disclosed.EDUCATION_RECORD,)})
    with pytest.raises(Withheld, match="lets no education record go to the media"):
        releases.draft(walk.book, number, content, by=walk.officer)
    assert walk.records(number, "releases") == []
    (row,) = walk.records(number, "disclosure_requests")
    assert row["content"]["asked_by"] == "invented-journalist"


@pytest.mark.clause("U-09")
def test_a_consent_covers_what_it_says_for_as_long_as_it_holds(walk: Walk, watch: Watch) -> None:
    """Another recipient, more content, the day after its end, or its withdrawal: nothing leaves on it."""
    number = walk.in_inquiry()

    def tell(outgoing: Outgoing) -> None:
        asking = "invented-employer"
        disclosures.tell(walk.book, number, outgoing, by=walk.chair, because="She asked.", asked_by=asking)

    def asked(recipient: str = "employer", *more: Disclosed) -> Outgoing:
        what = frozenset({Disclosed.DISPOSITION, *more})
        return Outgoing(RecipientKind.ANYBODY, recipient, Purpose.NOTICE, LegalBasis.CONSENT, what)

    def withheld(outgoing: Outgoing) -> bool:
        with pytest.raises(Withheld, match="No consent that covers it is on record"):
            tell(outgoing)
        return True

    assert withheld(asked())
    fields = {
        "to": RecipientKind.ANYBODY,
        "recipient": "employer",
        "purpose": Purpose.NOTICE,
        "what": (Disclosed.DISPOSITION,),
    }
    until = watch.now.replace(month=3)
    given = consent(walk.book, number, by=walk.chair, valid_until=until, **fields)
    tell(asked())
    (line,) = walk.records(number, "disclosures")
    assert line["consent_id"] == given
    assert withheld(asked("landlord"))
    assert withheld(asked("employer", Disclosed.EDUCATION_RECORD))
    consents.revoke(walk.book, number, given, by=walk.chair, because="She changed her mind.")
    assert withheld(asked())
    consent(walk.book, number, by=walk.chair, valid_until=until, **fields)
    watch.forward(days=40)
    assert withheld(asked())
