"""The team at the command line: members, reviews, meetings, and who may approve or answer what."""

import json

import pytest

from states.access import SYSTEM
from states.casebook.rounds import sweeping, team_clocks
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReferralKind
from tests.cases.walking import Walk
from tests.console.conftest import Tat


@pytest.mark.clause("W-02")
def test_the_first_member_enrols_alone(tat: Tat) -> None:
    """The first of an empty team needs nobody; the second needs somebody who may."""
    member = ("--name", "invented", "--address", "m@wnmu.example", "--office", "student_affairs")
    assert tat("team", "add", "first", *member, "--role", "chair", member="first").exit_code == 0
    assert tat("team", "add", "second", *member, member=None).exit_code == 1
    assert tat("team", "add", "second", *member, member="first").exit_code == 0
    assert tat("team", "add", "second", "--name", "x", "--address", "y", member="second").exit_code == 1
    assert tat("team", "add", "a b", *member, member="first").exit_code == 2
    assert tat("team", "add", "third", *member, "--office", "nowhere", member="first").exit_code == 2
    assert [each["id"] for each in tat.json("team", "list", member="first")] == ["first", "second"]


@pytest.mark.clause("W-02")
@pytest.mark.parametrize("role", ["member", "administrator", "operator", "auditor"])
def test_the_first_member_is_one_who_may_enroll_the_next(tat: Tat, role: str) -> None:
    """Else the team could never grow: nobody would be left who may enroll anybody."""
    entry = ("--name", "invented", "--address", "m@wnmu.example", "--office", "student_affairs")
    refused = tat("team", "add", "first", *entry, "--role", role, member=None)
    assert refused.exit_code == 1
    assert "--role chair" in " ".join(refused.stderr.split())
    assert tat("team", "add", "head", *entry, "--role", "chair", member=None).exit_code == 0
    assert tat("team", "add", "first", *entry, "--role", role, member="head").exit_code == 0
    assert [each["id"] for each in tat.json("team", "list", member="head")] == ["first", "head"]


@pytest.mark.clause("W-46")
def test_a_review_of_the_plan_is_entered(tat: Tat, walk: Walk) -> None:
    """Who runs the team enters reviews; a plain member does not."""
    words = ("team", "review", "-", "--approved-by", "The president", "--effective-at", "2026-01-01T00:00Z")
    assert tat(*words, given='{"sections_revised": "All."}').exit_code == 0
    assert tat(*words, given='{"sections_revised": "All."}', member="nurse").exit_code == 1
    assert tat(*words[:-1], "soon", given='{"sections_revised": "All."}').exit_code == 2
    assert walk.book is not None


@pytest.mark.clause("W-46")
def test_a_review_waits_for_its_approval_and_the_record_is_read(tat: Tat, walk: Walk) -> None:
    """The clock runs until the Crisis Intervention Response Team has approved; any member reads it."""
    team_clocks.set_team_clocks(walk.book, by=SYSTEM)

    def running() -> bool:
        return any(line.clock == Clock.ANNUAL_REVIEW for line in sweeping.running(walk.book, by=walk.chair))

    entered = ("team", "review", "-", "--effective-at", "2026-01-01T00:00Z")
    made = tat.json(*entered, given='{"sections_revised": "Section 4."}')["review"]
    assert running()
    (line,) = tat.json("team", "reviews", member="nurse")
    assert (line["sections_revised"], line["approved_by"]) == ("Section 4.", "")
    shown = " ".join(tat("team", "reviews", member="nurse").stdout.split())
    assert "waits for" in shown
    assert "Crisis Intervention Response Team" in shown
    approve = ("team", "approve-review", made[:8], "--approved-by", "Pat Example")
    assert tat(*approve, member="nurse").exit_code == 1
    assert tat(*approve).exit_code == 0
    assert tat(*approve).exit_code == 1, "it is approved already"
    assert [line["approved_by"] for line in tat.json("team", "reviews")] == ["Pat Example"]
    assert not running()


@pytest.mark.usefixtures("walk")
def test_meetings_want_a_time_ahead(tat: Tat) -> None:
    """A meeting in the past, or at no time, is not called."""
    number = tat.json("report", "-", given='{"behaviour_of_concern": "x", "subject": {"site": "deming"}}')[
        "number"
    ]
    for time in ("2001-01-01T00:00Z", "tomorrow", "2999-01-01"):
        assert tat("meeting", "schedule", number, "--at", time).exit_code == 2
    assert "has none yet" in tat("meeting", "list", number).stdout


def test_an_office_cannot_answer_with_anything(tat: Tat, walk: Walk) -> None:
    """What an office answers to a referral is one of four words; counseling says no more than that (U-09)."""
    number = walk.monitored(referrals=(ReferralKind.CONDUCT, ReferralKind.COUNSELLING))
    ids = {row["kind"]: row["id"][:8] for row in walk.records(number, "referrals")}
    conduct, counseling = ids[ReferralKind.CONDUCT], ids[ReferralKind.COUNSELLING]
    assert tat("referral", "outcome", number, conduct, "sent").exit_code == 2
    assert tat("referral", "outcome", number, conduct, "perhaps").exit_code == 2
    tat.json("referral", "outcome", number, conduct, "declined", "--text", "invented-answer")
    assert "invented-answer" in tat("referral", "list", number).stdout
    refused = tat("referral", "outcome", number, counseling, "completed", "--text", "invented-answer")
    assert (refused.exit_code, "invented" in refused.stderr) == (2, False)
    tat.json("referral", "outcome", number, counseling, "completed", "--attendance", "attended")
    assert "attended" in tat("referral", "show", number, counseling).stdout
    assert tat("referral", "outcome", number, counseling, "declined").exit_code == 1


def test_who_wrote_a_plan_does_not_approve_it(tat: Tat, walk: Walk) -> None:
    """A plan's writer is refused, and another member is not (W-20)."""
    number = walk.assessed()
    walk.act(number, "develop_plan")
    plan = tat.json("plan", "draft", number, "-", given=tat.example("plan", "draft"))["plan"]
    assert tat("plan", "approve", number, plan).exit_code == 1
    assert tat("plan", "approve", number, plan, member="officer").exit_code == 0
    assert "Approved  by officer" in " ".join(tat("plan", "show", number).stdout.split(" ")).replace(
        "   ", "  "
    )


def test_an_assessment_of_criteria_that_there_are_not_is_usage(tat: Tat, walk: Walk) -> None:
    """Only criteria of the level can be met (W-05)."""
    number = walk.in_inquiry()
    given = json.loads(tat.example("assess")) | {"criteria": ["nonsense-1"]}
    result = tat("assess", number, "-", given=json.dumps(given))
    assert result.exit_code == 2
    assert "criteria takes one or more ids of the criteria of Moderate" in result.stderr
