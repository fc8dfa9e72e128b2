"""Referrals at any time, on a basis that fits, conveyed to the vice president of the person's own unit."""

import pytest

from states.casebook.disclosing import disclosures
from states.casebook.disclosing.consents import WITHHELD
from states.casebook.intake import reports
from states.casebook.lookups import questions
from states.casebook.persons import units
from states.casebook.referrals import conveying, referring, sending
from states.casebook.triggers import acting
from states.contents.plans import ReferralContent
from states.contents.reports import ReportContent, SubjectContent
from states.contents.verbatim import ToldFact
from states.errors import BadInput, Withheld
from states.tables import Disclosure
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import Disclosed, RecipientKind, ReferralKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import AnswerStatus, LegalBasis
from tests.cases.referring import TELLS, consent, referred
from tests.cases.walking import Walk
from tests.states.conftest import Watch
from tests.states.courses.taking_up import take_up
from tests.states.looking import case, owed, rows, running, verified
from tests.states.process.test_gate import CONSIDERED

SEE_HER = ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="Please see her today.")
HELP_HIM = ReferralContent(kind=ReferralKind.SOCIAL_SERVICES, recommendation="Please offer help.")


@pytest.mark.clause("W-23", "A-05")
@pytest.mark.parametrize(
    "stage",
    ["reported", "screened", "in_inquiry", "assessed", "planned", "monitored", "reintegrating", "closed"],
)
def test_a_referral_waits_for_no_stage(walk: Walk, watch: Watch, stage: str) -> None:
    """Neither meeting nor quorum, plan or approval stands before it, and a closed case may refer, too."""
    number = getattr(walk, stage)()
    before = walk.records(number, "referrals")
    watch.forward(minutes=5)
    made = referring.refer(walk.book, number, SEE_HER, by=walk.officer)
    assert (made.office, made.missing) == ("counselling", ())
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    (row,) = sending.routed(walk.book, work)
    assert row.id == made.referral_id
    letter = sending.release(walk.book, work, row.id, tells=TELLS, link="")
    assert letter.recommendation == "Please see her today."
    sending.sent(walk.book, work, row.id, way="mail")
    assert Clock.REFERRAL_ACKNOWLEDGEMENT in running(walk.book, number)
    assert len(walk.records(number, "referrals")) == len(before) + 1
    verified(walk.book)


def test_a_dismissed_report_may_be_referred(walk: Walk) -> None:
    """A misunderstanding of a threat may still be somebody who needs help."""
    number = walk.dismissed()
    made = referring.refer(walk.book, number, SEE_HER, by=walk.chair)
    assert [row["id"] for row in walk.records(number, "referrals")] == [made.referral_id]


def test_a_referral_goes_before_reminders(walk: Walk) -> None:
    """Its effect is urgent: somebody in distress does not wait behind mail that can."""
    assert walk.book.pack.effects[EffectKind.ROUTE_REFERRALS].urgent


@pytest.mark.clause("A-05", "U-09")
def test_an_office_outside_learns_nothing_without_consent_or_an_emergency(walk: Walk, watch: Watch) -> None:
    """Nobody there is a school official: it stays, says what is needed, and leaves once that is on record."""
    number = walk.reported(affiliation=Affiliation.VISITOR)
    made = referring.refer(walk.book, number, SEE_HER, by=walk.officer)
    assert (made.office, [m.guard for m in made.missing]) == ("social_services", ["determination"])
    assert "Or a consent to it is put on record." in made.missing[0].sentence
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    with pytest.raises(Withheld):
        sending.release(walk.book, work, made.referral_id, tells=TELLS, link="")
    sending.held_up(walk.book, work, made.referral_id, WITHHELD)
    assert rows(walk.book, Disclosure) == []
    watch.forward(minutes=5)
    given = consent(
        walk.book, number, by=walk.chair, to=RecipientKind.SOCIAL_SERVICES, recipient="social_services"
    )
    again = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    assert [row.id for row in sending.routed(walk.book, again)] == [made.referral_id]
    sending.release(walk.book, again, made.referral_id, tells=TELLS, link="")
    (left,) = rows(walk.book, Disclosure)
    assert (left.basis, left.consent_id, left.recipient_kind) == (
        LegalBasis.CONSENT,
        given,
        RecipientKind.SOCIAL_SERVICES,
    )


@pytest.mark.clause("W-23", "W-39")
def test_whoever_is_to_help_learns_how_the_person_is_reached_and_nobody_else_does(
    walk: Walk, watch: Watch
) -> None:
    """By what people gave, else by what records say; on record as told, and a consent has to name it."""
    number = walk.in_inquiry()
    asking = take_up(walk.book, number, EffectKind.COLLECT_RECORDS)
    question = questions.questions(walk.book, asking)[0]
    facts = (
        ToldFact(name="Home phone", value="575-555-0177"),
        ToldFact(name="E-mail", value="other@x.example"),
    )
    found = questions.Answer(AnswerStatus.FOUND, "registrar", facts=facts)
    questions.record_answer(walk.book, asking, question.id, found)
    consent(walk.book, number, by=walk.chair, to=RecipientKind.SOCIAL_SERVICES, recipient="social_services")
    told = {}
    conduct = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Please consider this.")
    for content in (SEE_HER, HELP_HIM, conduct):
        made = referring.refer(walk.book, number, content, by=walk.officer)
        work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
        letter = sending.release(walk.book, work, made.referral_id, tells=TELLS, link="")
        (left,) = [row for row in rows(walk.book, Disclosure) if row.about == made.referral_id]
        told[content.kind] = (dict(letter.contact), Disclosed.CONTACT in left.what)
        watch.forward(minutes=5)
    reached = {
        IdentifierKind.EMAIL: "invented-subject-email@people.example",
        IdentifierKind.PHONE: "575-555-0177",
    }
    assert told == {
        ReferralKind.COUNSELLING: (reached, True),
        ReferralKind.SOCIAL_SERVICES: ({}, False),
        ReferralKind.CONDUCT: ({}, False),
    }


def test_an_emergency_that_is_determined_lets_a_referral_leave(walk: Walk, watch: Watch) -> None:
    """What was held up is sent by itself."""
    number = walk.reported()
    made = referring.refer(walk.book, number, HELP_HIM, by=walk.officer)
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    sending.held_up(walk.book, work, made.referral_id, WITHHELD)
    watch.forward(minutes=5)
    determined = disclosures.determine(walk.book, number, CONSIDERED, by=walk.chair)
    again = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    sending.release(walk.book, again, made.referral_id, tells=TELLS, link="")
    (left,) = rows(walk.book, Disclosure)
    assert (left.basis, left.determination_id) == (LegalBasis.HEALTH_OR_SAFETY, determined)


@pytest.mark.clause("W-22")
@pytest.mark.parametrize("kind", [kind for kind in ReferralKind if kind is not ReferralKind.PROTECTIVE_ORDER])
@pytest.mark.parametrize(
    ("unit", "office"),
    [
        ("education", "academic_affairs"),
        ("student_life", "student_affairs"),
        ("operations", "business_affairs"),
        ("outside", "student_affairs"),
    ],
)
def test_recommendations_reach_the_vice_president_of_the_persons_own_unit(
    walk: Walk, kind: ReferralKind, unit: str, office: str
) -> None:
    """In each case, whichever kind of referral, with the content of the recommendation."""
    number = walk.reported(unit="")
    units.name(walk.book, number, unit, by=walk.officer)
    content = ReferralContent(kind=kind, recommendation="Please consider this.")
    made = referring.refer(walk.book, number, content, by=walk.officer)
    work = take_up(walk.book, number, EffectKind.CONVEY_RECOMMENDATIONS)
    assert conveying.to_convey(walk.book, work) == [made.referral_id]
    letter, hears, _ = conveying.release(walk.book, work, made.referral_id)
    assert (hears, letter.recommendation) == (office, "Please consider this.")
    assert "invented-subject-name" in letter.subject.values()
    conveying.conveyed(walk.book, work, made.referral_id, hears)
    assert conveying.to_convey(walk.book, work) == []
    (left,) = rows(walk.book, Disclosure)
    assert (left.recipient, left.about) == (office, made.referral_id)


@pytest.mark.clause("W-22")
@pytest.mark.parametrize("stage", ["reported", "in_inquiry", "assessed", "planned", "monitored"])
def test_what_is_possible_names_a_missing_unit_before_anything_waits_for_it(walk: Walk, stage: str) -> None:
    """In each state that recommendations are still ahead of; a later report that knows it settles it."""
    sam = SubjectContent(
        name="Sam Sample",
        identifiers={IdentifierKind.CAMPUS_ID: "900000001"},
        affiliations=(Affiliation.STUDENT,),
        site="silver_city",
    )
    number = getattr(walk, stage)(subject=sam)

    def unnamed() -> list[str]:
        can = acting.can(walk.book, number, by=walk.chair)
        return [each.row.trigger for each in can if "`tat case unit`" in each.urged]

    assert len(unnamed()) == 1
    again = ReportContent(
        behaviour_of_concern="Said more.", subject=sam.model_copy(update={"unit": "operations"})
    )
    assert reports.report(walk.book, again, by=walk.officer).number == number
    assert unnamed() == []
    assert case(walk.book, number).unit == "operations"


@pytest.mark.clause("W-22")
def test_a_unit_that_nobody_knows_is_asked_for_with_a_clock(walk: Walk) -> None:
    """The team is asked once; the case says so, does not close over it, and conveys once it is known."""
    number, referral = referred(walk, unit="")
    assert Clock.UNIT in running(walk.book, number)
    assert EffectKind.CONVEY_RECOMMENDATIONS not in owed(walk.book, number)
    referring.refer(walk.book, number, SEE_HER, by=walk.officer)
    assert walk.events(number).count("unit_asked_for") == 1
    closing = next(
        each for each in acting.can(walk.book, number, by=walk.chair) if each.row.trigger == "close"
    )
    assert "unit_known" in [missing.guard for missing in closing.missing]
    units.name(walk.book, number, "education", by=walk.officer)
    assert Clock.UNIT not in running(walk.book, number)
    work = take_up(walk.book, number, EffectKind.CONVEY_RECOMMENDATIONS)
    assert referral in conveying.to_convey(walk.book, work)
    assert len(conveying.to_convey(walk.book, work)) == 2
    closing = next(
        each for each in acting.can(walk.book, number, by=walk.chair) if each.row.trigger == "close"
    )
    assert "unit_known" not in [missing.guard for missing in closing.missing]


def test_another_vice_president_hears_when_the_unit_was_wrong(walk: Walk) -> None:
    """What one has heard is conveyed to the right one; a unit of the same vice president changes nothing."""
    number = walk.reported()
    units.name(walk.book, number, "education", by=walk.officer)
    made = referring.refer(walk.book, number, SEE_HER, by=walk.officer)
    work = take_up(walk.book, number, EffectKind.CONVEY_RECOMMENDATIONS)
    conveying.conveyed(walk.book, work, made.referral_id, "academic_affairs")
    units.name(walk.book, number, "business", by=walk.officer)
    assert conveying.to_convey(walk.book, work) == []
    units.name(walk.book, number, "student_life", by=walk.officer)
    assert conveying.to_convey(walk.book, work) == [made.referral_id]


def test_a_plan_that_is_not_in_force_recommends_nothing_yet(walk: Walk) -> None:
    """A draft's referrals are conveyed when the plan is put into action."""
    number = walk.planned(unit="")
    assert Clock.UNIT not in running(walk.book, number)
    units.name(walk.book, number, "education", by=walk.officer)
    assert EffectKind.CONVEY_RECOMMENDATIONS not in owed(walk.book, number)
    walk.act(number, "activate_plan")
    assert EffectKind.CONVEY_RECOMMENDATIONS in owed(walk.book, number)


def test_a_unit_that_the_policy_does_not_know_is_refused(walk: Walk) -> None:
    """With the units that there are."""
    number = walk.reported()
    with pytest.raises(BadInput, match="give one of arts_and_sciences"):
        units.name(walk.book, number, "nowhere", by=walk.officer)
