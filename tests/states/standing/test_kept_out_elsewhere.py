"""What leaves a case goes around whoever is kept out of it: letters, hand-overs, recommendations, links."""

import pytest

from states.casebook.closing import endings
from states.casebook.intake import reports
from states.casebook.landing import doors
from states.casebook.referrals import answers, conveying, referring, sending
from states.casebook.standing.decisions import decide
from states.contents.content import Person
from states.contents.inquiry import RemarkContent
from states.contents.plans import ReferralContent
from states.contents.reports import ReportContent, SubjectContent
from states.errors import UnknownRecord, Withheld
from states.vocabulary.effects import EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import Affiliation
from tests.cases.referring import TELLS
from tests.cases.walking import Walk
from tests.states.courses.taking_up import take_up
from tests.states.looking import case, verified

pytestmark = pytest.mark.clause("W-39")

#: the dean, who speaks for the vice president of Academic Affairs
DEAN = SubjectContent(
    name="invented-dean-name",
    affiliations=(Affiliation.FACULTY,),
    unit="education",
    site="silver_city",
)


def say_who_it_is(walk: Walk, number: str) -> None:
    """Let a further report say that the person is the dean, and decide that it is so."""
    reports.report(
        walk.book, ReportContent(behaviour_of_concern="x", subject=DEAN), by=walk.officer, into=number
    )
    decide(walk.book, number, "dean", by=walk.chair, keep_out=True, because="It is the dean.")


@pytest.mark.clause("W-22", "W-28")
def test_a_vice_president_who_is_the_subject_reads_no_letter_hand_over_or_recommendation(walk: Walk) -> None:
    """The letter is withheld, the hand-over waits, and another office hears what is recommended."""
    number = walk.closed(affiliation=Affiliation.FACULTY)
    closing = take_up(walk.book, number, EffectKind.CLOSE_OUT)
    before = {over.office: over for over in endings.hand_overs(walk.book, closing)}
    assert "academic_affairs" in before
    content = ReferralContent(kind=ReferralKind.CONDUCT, recommendation="Please look at it.")
    made = referring.refer(walk.book, number, content, by=walk.officer)
    assert made.office == "academic_affairs"
    work = take_up(walk.book, number, EffectKind.ROUTE_REFERRALS)
    letter = sending.release(walk.book, work, made.referral_id, tells=TELLS, link="")
    say_who_it_is(walk, number)
    passing, name = before["academic_affairs"].secret, RemarkContent(text="invented")
    for read in (
        lambda: answers.letter_by_link(walk.book, letter.link, ""),
        lambda: endings.read_by_link(walk.book, passing, ""),
        lambda: endings.confirm_by_link(walk.book, passing, "", name),
        lambda: doors.look(walk.book, letter.link, sending.ANSWER),
        lambda: doors.look(walk.book, passing, endings.TAKE_OVER),
    ):
        with pytest.raises(UnknownRecord):
            read()
    with pytest.raises(Withheld, match="kept out of the case would read"):
        sending.release(walk.book, work, made.referral_id, tells=TELLS, link="")
    after = {over.office for over in endings.hand_overs(walk.book, closing)}
    assert after == before.keys() - {"academic_affairs"}
    conveys = take_up(walk.book, number, EffectKind.CONVEY_RECOMMENDATIONS)
    assert conveying.to_convey(walk.book, conveys) == [made.referral_id]
    told, office, _ = conveying.release(walk.book, conveys, made.referral_id)
    assert (office, told.recommendation) == ("regents", "Please look at it.")
    verified(walk.book)


def test_one_report_that_names_the_whole_team_is_screened_outside_it(walk: Walk) -> None:
    """By subject's names and reporter: nobody of the team is left, and the pack's office outside chairs."""
    names = {member: f"invented-{member}-name" for member in ("chair", "dean", "officer", "nurse")}
    names |= {member: f"invented-{member}" for member in ("custodian", "operator")}
    name, *others = names.values()
    subject = SubjectContent(name=others[0], also_known_as=tuple(others[1:]), site="silver_city")
    number = walk.reported(subject=subject, reporter=Person(name=name))
    row = case(walk.book, number)
    assert (row.kept_out, row.stand_ins, row.outside) == (sorted(names), [], True)
