"""What goes along when a report changes its case: who is kept out, and all that was said about the report."""

import json
from typing import Any

import pytest

from states.access import Actor
from states.casebook.inquiry import assessing, triage
from states.casebook.intake import reports
from states.casebook.persons import joining
from states.casebook.reading import timeline, whole_case
from states.casebook.rearranging import corrections, merging, moving, withdrawing
from states.casebook.standing import decisions, privacy
from states.casebook.team import members
from states.contents.content import Person
from states.contents.reports import PrivacyTalkContent, ReportContent
from states.errors import NoSuchCase, NotPermitted, Refused
from states.vocabulary.effects import Clock
from states.vocabulary.people import ConflictStatus
from tests.cases.walking import Walk
from tests.states.looking import case, running
from tests.states.persons.two_cases import about

#: after each of them the ledgers of both cases verify
pytestmark = pytest.mark.usefixtures("verified")

WHY = "It is about somebody else."

#: of everybody who works on the cases that one of them leads
OFFICES = ("academic_affairs", "university_police")


def member(walk: Walk, which: str) -> Actor:
    """A member, as they act now."""
    return members.actor(walk.book, which)


def first(walk: Walk, number: str) -> str:
    """Id of a case's first report."""
    return str(walk.records(number, "reports")[0]["id"])


def gone_over(walk: Walk, way: str, source: str) -> str:
    """Let the first report of a case go into another one; returns that one's number."""
    if way == "split":
        about(walk, "900000001", "A second one.")
        return moving.split(walk.book, source, [first(walk, source)], by=walk.chair, because=WHY).number
    other = about(walk, "900000002", "There before.")
    if way == "move":
        moving.move_report(walk.book, source, first(walk, source), to=other, by=walk.chair, because=WHY)
    elif way == "merge":
        joining.confirm_link(walk.book, source, other, by=walk.chair, same_person=True, because=WHY)
        merging.merge(walk.book, source, other, by=walk.chair, because=WHY)
    else:
        assessing.concur(walk.book, source, by=walk.officer, about=first(walk, source))
        other = withdrawing.mark_false(
            walk.book, source, first(walk, source), by=walk.chair, because="They admitted it."
        ).number
    return other


@pytest.mark.clause("W-39")
@pytest.mark.parametrize("way", ["split", "move", "merge", "false"])
def test_who_recused_themselves_stays_out_of_where_the_report_goes(walk: Walk, way: str) -> None:
    """No name tells of it: their own word goes along with its reason, and for them there is no such case."""
    source = about(walk, "900000001")
    triage.assign(walk.book, source, by=walk.chair, lead="nurse", offices=OFFICES)
    decisions.recuse(walk.book, source, by=member(walk, "nurse"), because="My family.")
    decisions.decide(walk.book, source, "dean", by=walk.chair, keep_out=True, because="A friend.")
    other = gone_over(walk, way, source)
    for which, because in (("nurse", "My family."), ("dean", "A friend.")):
        with pytest.raises(NoSuchCase):
            whole_case.dossier(walk.book, other, by=member(walk, which))
        (line,) = [one for one in decisions.conflicts(walk.book, other, by=walk.chair) if one.member == which]
        assert line.status == ConflictStatus.KEPT_OUT
        assert [said.text for said in line.said] == [because]
    assert case(walk.book, other).lead != "nurse", "and what they had to do is another's"


@pytest.mark.clause("W-39")
def test_who_was_held_out_stays_so_where_the_report_goes_until_somebody_decides(walk: Walk) -> None:
    """What nobody has decided goes along with the wording that it was found by, though it was corrected."""
    source, other = about(walk, "900000001"), about(walk, "900000002")
    dean = members.names(walk.book, by=walk.chair)["dean"]
    told = {"behaviour_of_concern": "Stared.", "reporter": {"name": dean}}
    content = ReportContent.read(told | {"subject": {"site": "silver_city"}})
    report = reports.report(walk.book, content, by=walk.officer, into=source).report_id
    assert case(walk.book, source).kept_out == ["dean"]
    corrections.put_right(
        walk.book, source, report, {"reporter": {"name": "Riley Example"}}, by=walk.chair, because="Misheard."
    )
    moving.move_report(walk.book, source, report, to=other, by=walk.chair, because=WHY)
    assert case(walk.book, other).kept_out == ["dean"]
    assert Clock.CONFLICT in running(walk.book, other), "and whoever chairs is asked"


@pytest.mark.clause("W-39")
def test_whoever_is_kept_out_by_what_is_left_works_on_where_a_report_of_somebody_else_goes(
    walk: Walk,
) -> None:
    """They were looked for in the report itself, which does not name them."""
    source, other = about(walk, "900000001"), about(walk, "900000002")
    dean = members.names(walk.book, by=walk.chair)["dean"]
    about(walk, "900000001", "Again.", reporter={"name": dean})
    assert case(walk.book, source).kept_out == ["dean"]
    moving.move_report(walk.book, source, first(walk, source), to=other, by=walk.chair, because=WHY)
    assert case(walk.book, other).kept_out == []


@pytest.mark.clause("W-39")
def test_who_recused_themselves_of_where_a_person_goes_on_is_kept_out_of_what_ends_there(walk: Walk) -> None:
    """Else the merge would let them see, by name, a case about the person that they stand aside for."""
    ends, goes_on = about(walk, "900000001"), about(walk, "900000002")
    triage.assign(walk.book, ends, by=walk.chair, lead="chair", offices=[])
    triage.assign(walk.book, goes_on, by=walk.chair, lead="chair", offices=[], members=["nurse"])
    decisions.recuse(walk.book, goes_on, by=member(walk, "nurse"), because="My family.")
    joining.confirm_link(walk.book, ends, goes_on, by=walk.chair, same_person=True, because=WHY)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because=WHY)
    with pytest.raises(NoSuchCase):
        whole_case.dossier(walk.book, ends, by=member(walk, "nurse"))


@pytest.mark.clause("W-39")
def test_what_was_lifted_where_a_report_goes_is_decided_anew(walk: Walk) -> None:
    """Who was let back into it is kept out again of what came; what was lifted there does not go along."""
    source, other = about(walk, "900000001"), about(walk, "900000002")
    for number in (source, other):
        decisions.decide(walk.book, number, "nurse", by=walk.chair, keep_out=True, because="A friend.")
    decisions.decide(walk.book, source, "dean", by=walk.chair, keep_out=True, because="A friend.")
    decisions.decide(walk.book, source, "dean", by=walk.chair, keep_out=False, because="Not so.")
    decisions.decide(walk.book, other, "nurse", by=walk.chair, keep_out=False, because="No matter.")
    moving.move_report(walk.book, source, first(walk, source), to=other, by=walk.chair, because=WHY)
    assert case(walk.book, other).kept_out == ["nurse"]
    decisions.decide(walk.book, other, "nurse", by=walk.chair, keep_out=False, because="Here, too.")
    assert case(walk.book, other).kept_out == []


@pytest.mark.clause("W-47")
def test_no_earlier_wording_and_no_reason_stays_where_a_report_was(walk: Walk) -> None:
    """Corrections, agreements, reasons and talks go along, with what was corrected of those."""
    source, other = about(walk, "900000001"), about(walk, "900000002")
    about(walk, "900000001", "Left here.")
    report, book, chair = first(walk, source), walk.book, walk.chair
    put = {"behaviour_of_concern": "Corrected."}
    corrections.put_right(book, source, report, put, by=chair, because="Zoe-was-misheard.")
    assessing.concur(book, source, by=walk.officer, about=report, comment="Zoe-admitted-it.")
    withdrawing.withdraw_report(book, source, report, by=chair, because="Zoe-took-it-back.")
    (remark,) = [row for row in walk.records(source, "remarks") if row["about"] == report]
    corrections.put_right(
        book, source, remark["id"], {"text": "Zoe-took-back."}, by=chair, because="Zoe-again."
    )
    withdrawing.reinstate_report(book, source, report, by=chair, because="Zoe-insists.")
    said = (
        "Shouted.",
        "Zoe-was",
        "Zoe-admitted",
        "Zoe-took-back",
        "Zoe-took-it-back",
        "Zoe-again",
        "Zoe-ins",
    )
    before = _text(whole_case.dossier(book, source, by=chair))
    assert all(each in before for each in said)
    moving.move_report(book, source, report, to=other, by=chair, because=WHY)
    left, arrived = (_text(whole_case.dossier(book, number, by=chair)) for number in (source, other))
    assert [each for each in said if each in left] == []
    assert [each for each in said if each not in arrived] == []
    assert "Zoe" not in _text(whole_case.dossier(book, source, by=chair, leaving=True)), "nor in its export"
    (correction,) = [row for row in walk.records(other, "corrections") if row["table"] == "reports"]
    assert correction["about"] == walk.records(other, "reports")[-1]["id"]


@pytest.mark.clause("W-58")
def test_a_talk_with_a_reporter_counts_where_their_report_goes(walk: Walk) -> None:
    """What they said leaves the other case, and their privacy can be given up where they are."""
    source, other = about(walk, "900000001", private=True), about(walk, "900000002")
    talk = PrivacyTalkContent(talked_at=walk.book.clock(), told="A court asks.", said="Zoe-agrees.")
    privacy.talk(walk.book, source, first(walk, source), talk, by=walk.chair)
    moving.move_report(walk.book, source, first(walk, source), to=other, by=walk.chair, because=WHY)
    assert "Zoe" not in _text(whole_case.dossier(walk.book, source, by=walk.chair))
    report = walk.records(other, "reports")[-1]["id"]
    privacy.lift(walk.book, other, report, by=walk.chair, because="A court asks.")
    assert not walk.records(other, "reports")[-1]["private"]


def _text(opened: dict[str, Any]) -> str:
    return json.dumps(opened, default=str)


@pytest.mark.clause("W-40", "W-58")
def test_a_private_reporter_of_a_false_report_is_known_to_intake_and_the_chair_alone(walk: Walk) -> None:
    """The case about them has no lead; for whoever they are withheld from there is none, however they ask."""
    riley = Person(name="Riley Private", email="riley@people.example")
    source = about(walk, "900000001", private=True, reporter=riley.model_dump())
    triage.assign(walk.book, source, by=walk.chair, lead="nurse", offices=OFFICES)
    other = gone_over(walk, "false", source)
    opened = case(walk.book, other)
    assert (opened.lead, list(opened.members), list(opened.offices)) == (None, [], [])
    for which in ("nurse", "dean"):
        with pytest.raises((NoSuchCase, NotPermitted)):
            whole_case.dossier(walk.book, other, by=member(walk, which))
        seen = whole_case.dossier(walk.book, source, by=member(walk, which))
        told = [one.data for one in timeline.timeline(walk.book, source, by=member(walk, which))]
        assert seen["case_relations"] == []
        assert other not in _text(seen) + _text({"events": told})
    chair = whole_case.dossier(walk.book, source, by=walk.chair)
    assert [one["other_number"] for one in chair["case_relations"]] == [other]
    assert whole_case.dossier(walk.book, source, by=walk.chair, leaving=True)["case_relations"] == []
    triage.assign(walk.book, other, by=walk.chair, lead="nurse", offices=[])
    seen = whole_case.dossier(walk.book, other, by=member(walk, "nurse"))
    assert seen["case_relations"] == [], "on which case it was is withheld still"


@pytest.mark.clause("W-40")
def test_whoever_marks_a_private_report_false_is_told_no_more_of_who_made_it_than_before(walk: Walk) -> None:
    """The lead, from whom the reporter is withheld, gets no number of the case about them."""
    source = about(walk, "900000001", private=True)
    triage.assign(walk.book, source, by=walk.chair, lead="nurse", offices=OFFICES)
    report = first(walk, source)
    assessing.concur(walk.book, source, by=member(walk, "dean"), about=report)
    marked = withdrawing.mark_false(walk.book, source, report, by=member(walk, "nurse"), because="A lie.")
    assert marked.number == ""
    assert len(walk.cases()) == 2, "the chair and intake have it"


def merged(walk: Walk) -> tuple[str, str]:
    """Two cases with a team each, the first merged into the second."""
    ends, goes_on = about(walk, "900000001"), about(walk, "900000002")
    triage.assign(walk.book, ends, by=walk.chair, lead="officer", offices=["university_police"])
    triage.assign(walk.book, goes_on, by=walk.chair, lead="nurse", offices=["health_services"])
    joining.confirm_link(walk.book, ends, goes_on, by=walk.chair, same_person=True, because=WHY)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because=WHY)
    return ends, goes_on


def on(walk: Walk, number: str) -> tuple[str | None, list[str], list[str]]:
    """Who is on a case: lead, offices, members."""
    found = case(walk.book, number)
    return found.lead, list(found.offices), list(found.members)


@pytest.mark.clause("W-39")
def test_a_merge_that_is_taken_back_leaves_each_team_its_own_case(walk: Walk) -> None:
    """And whoever was brought onto one on purpose since then stays on that one."""
    ends, goes_on = merged(walk)
    both = ["health_services", "university_police"]
    assert on(walk, goes_on) == ("nurse", both, ["officer"])
    triage.assign(walk.book, goes_on, by=walk.chair, lead="nurse", offices=both, members=["officer", "dean"])
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    assert on(walk, ends) == ("officer", ["university_police"], [])
    assert on(walk, goes_on) == ("nurse", ["health_services"], ["dean"])
    with pytest.raises((NoSuchCase, NotPermitted)):
        whole_case.dossier(walk.book, ends, by=member(walk, "nurse"))
    with pytest.raises((NoSuchCase, NotPermitted)):
        whole_case.dossier(walk.book, goes_on, by=member(walk, "officer"))


@pytest.mark.clause("W-39")
def test_who_is_on_a_case_by_another_merge_stays_when_one_is_taken_back(walk: Walk) -> None:
    """Two cases went on in it, with the same lead; one of them is part of it still."""
    ends, goes_on = merged(walk)
    further = about(walk, "900000003")
    triage.assign(walk.book, further, by=walk.chair, lead="officer", offices=[])
    joining.confirm_link(walk.book, further, goes_on, by=walk.chair, same_person=True, because=WHY)
    merging.merge(walk.book, further, goes_on, by=walk.chair, because=WHY)
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    assert on(walk, goes_on) == ("nurse", ["health_services"], ["officer"])


@pytest.mark.clause("W-39")
def test_what_nobody_led_at_the_merge_is_led_by_nobody_after_it(walk: Walk) -> None:
    """The lead that it was given goes with the case that they lead."""
    ends, goes_on = about(walk, "900000001"), about(walk, "900000002")
    triage.assign(walk.book, goes_on, by=walk.chair, lead="nurse", offices=[])
    joining.confirm_link(walk.book, ends, goes_on, by=walk.chair, same_person=True, because=WHY)
    merging.merge(walk.book, ends, goes_on, by=walk.chair, because=WHY)
    assert on(walk, ends) == ("nurse", [], [])
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    assert on(walk, ends) == (None, [], [])


@pytest.mark.clause("W-39")
def test_merges_are_taken_back_from_the_last_one(walk: Walk) -> None:
    """Who was on the first is on the third as well, which the second has to leave before."""
    ends, goes_on = merged(walk)
    last = about(walk, "900000003")
    joining.confirm_link(walk.book, goes_on, last, by=walk.chair, same_person=True, because=WHY)
    merging.merge(walk.book, goes_on, last, by=walk.chair, because=WHY)
    with pytest.raises(Refused, match="take that merge back first"):
        merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    merging.unmerge(walk.book, goes_on, by=walk.chair, because="A twin.")
    merging.unmerge(walk.book, ends, by=walk.chair, because="A twin.")
    assert on(walk, last) == (None, [], [])
