"""What a team does to a case on pages, stage by stage; a walk is a row of these."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from console.web.cases.steps.every import STEPS
from notifications.messages.wording import in_words
from states.vocabulary.cases import Level
from tests.console.web.walks.team import Team

#: something that a team does to its case
Stage = Callable[[Team], None]

#: the levels of which somebody who may be in danger, and topics of a plan, are spoken
GRAVE = (Level.EXTREME, Level.SEVERE)


def done(team: Team, hand_of: str, step: str, *, by: str = "", **given: str) -> None:
    """A step, taken by somebody: come to it, type, and confirm.

    Args:
        team: the team.
        hand_of: who takes it.
        step: which.
        by: the sheet of the case that leads to it; empty: the case's first page, or one's work.
        given: what is typed, by the names of the fields.
    """
    hand = team.hands[hand_of]
    team.step(hand, step, by)
    hand.type(**given)
    hand.take(step, STEPS[step].does)


def reported(team: Team) -> None:
    """Somebody reports on the public form."""
    team.report(**team.person)
    team.world.turns(team.number)


def screened(level: Level) -> Stage:
    """The officer screens it, from the work that waits for them."""

    def stage(team: Team) -> None:
        hand = team.officer
        hand.open()
        team.step(hand, "screen")
        hand.choose(level=level)
        hand.type(reason="Invented: what was heard speaks for it.")
        hand.take("screen", STEPS["screen"].does)
        team.world.turns(team.number)

    return stage


def taken_over(team: Team) -> None:
    """The alarm that a grave screening raises is taken over by the police; the officer enters who."""
    expect(team.officer.page.get_by_role("alert")).to_contain_text("Nobody has taken over")
    done(team, "officer", "take_over", who="Invented Sergeant")


def assigned(team: Team) -> None:
    """Whoever chairs leads it, and the four offices are on it."""
    hand = team.chair
    team.page_of_case(hand)
    team.step(hand, "assign")
    hand.choose(lead=team.chairs, offices="university_police health_services academic_affairs")
    hand.take("assign", STEPS["assign"].does)


def inquired(team: Team) -> None:
    """An inquiry opens; sources answer by themselves."""
    done(team, team.chairs, "open_inquiry")
    team.world.turns(team.number)


def met(team: Team) -> None:
    """The team meets, with everybody who is on the case, and whoever chairs writes the minutes."""
    hand = team.chair
    (called,) = (row for row in team.served.walk.records(team.number, "meetings") if not row["held_at"])
    team.later(called["scheduled_at"])
    hand.open("/meetings/now")
    hand.choose(present=" ".join(team.here))
    hand.go(hand.page.get_by_role("button", name="They are here"))
    hand.draw("meeting-room")
    hand.go(hand.page.get_by_role("link", name=f"Talk about {team.number}"))
    hand.type(minutes="Invented: everybody was heard.")
    expect(hand.page.locator("#kept")).to_contain_text("Saved, sealed")
    hand.draw("meeting-minutes")
    hand.go(hand.page.get_by_role("button", name="Put the minutes on record"))
    expect(hand.page.get_by_role("status")).to_contain_text("There was a quorum")
    team.counted.steps.append("meeting")
    team.world.turns(team.number)


def rated(team: Team) -> None:
    """Each of them rates alone, from the work that waits for them; whoever assesses sees who has not yet."""
    for place, who in enumerate(team.here):
        hand = team.hands[who]
        hand.open()
        expect(hand.page.get_by_text("A case to rate alone").first).to_be_visible()
        team.step(hand, "rate")
        hand.choose(level=Level.MILD)
        hand.unfold(str(in_words(Level.MILD)))
        hand.choose(criteria="mild-1")
        hand.type(reason=f"Invented: what {who} thinks alone.")
        hand.take("rate", STEPS["rate"].does)
        if place == 0:
            left = [each for each in team.here if each != who]
            hand.open(f"/cases/{team.number}/steps/record_assessment")
            for other in left:
                expect(hand.page.get_by_text("Not rated yet:")).to_contain_text(f"invented-{other}-name")


def assessed(
    level: Level, *, lowered: bool = False, again: bool = False, after_a_meeting: bool = False
) -> Stage:
    """The officer files what the team comes to; whoever took part says so, and it is put in force.

    Args:
        level: the level.
        lowered: whether it is lower than before, which a second member agrees to.
        again: whether one is in force already.
        after_a_meeting: whether those who took part have said so by being at it.
    """

    def stage(team: Team) -> None:
        _file(team, level, lowered=lowered)
        if lowered:
            _agree(team)
        if not after_a_meeting:
            for who in team.here:
                if who != "officer" and not (lowered and who == team.chairs):
                    team.hands[who].open()
                    done(team, who, "confirm")
        trigger = "reassess" if again else "assess"
        if after_a_meeting or not team.chair.is_at(f"/cases/{team.number}"):
            team.page_of_case(team.chair)
        done(team, team.chairs, trigger)
        team.world.turns(team.number)

    return stage


def _agree(team: Team) -> None:
    """Whoever chairs agrees with the assessment, as a second member."""
    hand = team.chair
    team.page_of_case(hand)
    team.step(hand, "concur")
    hand.press(hand.page.get_by_role("radio", name=re.compile("Assessment")))
    hand.take("concur", STEPS["concur"].does)


def _file(team: Team, level: Level, *, lowered: bool) -> None:
    hand, grave = team.officer, "yes" if level in GRAVE else "no"
    team.page_of_case(hand)
    team.step(hand, "record_assessment")
    hand.choose(level=level)
    hand.unfold(str(in_words(level)))
    hand.choose(criteria=f"{level.lower()}-1", threat_of_violence=grave, significant_disruption=grave)
    hand.choose(participants=" ".join(team.here))
    hand.type(rationale="Invented: this is what we come to.")
    if lowered:
        hand.type(reason_for_lowering="Invented: it was talked over.")
    hand.take("record_assessment", STEPS["record_assessment"].does)


def planned(level: Level) -> Stage:
    """The officer drafts the plan that the level asks for, and whoever chairs approves it."""

    def stage(team: Team) -> None:
        done(team, team.chairs, "develop_plan")
        hand = team.officer
        team.page_of_case(hand)
        team.step(hand, "draft_plan")
        action = hand.page.get_by_role("group", name="Action 1")
        if level in GRAVE:
            for topic in ("subject", "targets", "escalation", "precipitating_events"):
                hand.type(**{f"topics.{topic}": f"Invented: what is done about {topic}."})
        hand.type(**{"actions.0.what": "Talk with the person every week."})
        hand.press(action.get_by_label("invented-nurse-name"))
        hand.type(**{"actions.0.due_at": "tomorrow 5 pm"})
        hand.take("draft_plan", STEPS["draft_plan"].does)
        team.chair.open()
        done(team, team.chairs, "approve_plan")
        done(team, team.chairs, "activate_plan")
        team.world.turns(team.number)

    return stage


def acted(team: Team) -> None:
    """The nurse reports that what is theirs is done."""
    hand = team.nurse
    hand.open()
    team.step(hand, "action")
    hand.choose(done="yes")
    hand.take("action", STEPS["action"].does)


def came_back(team: Team) -> None:
    """The person comes back, under a condition, and the nurse sees how it goes."""
    team.page_of_case(team.officer)
    given = {
        "conditions.0.text": "Comes to the talks.",
        "check_ins.0.what": "How the first week went.",
        "check_ins.0.due_at": "tomorrow 5 pm",
    }
    hand = team.officer
    team.step(hand, "draft_reintegration")
    hand.type(**given)
    hand.press(hand.page.get_by_role("group", name="Check-in 1").get_by_label("invented-nurse-name"))
    hand.take("draft_reintegration", STEPS["draft_reintegration"].does)
    team.page_of_case(team.chair)
    done(team, team.chairs, "begin_reintegration")
    team.world.turns(team.number)
    team.later(team.served.watch.now + timedelta(days=1))
    hand = team.nurse
    hand.open()
    team.step(hand, "check_in")
    hand.choose(done="yes")
    hand.take("check_in", STEPS["check_in"].does)


def ended(*, never: bool = False) -> Stage:
    """Whoever chairs writes how it ended."""

    def stage(team: Team) -> None:
        hand, found = team.chair, "does_not" if never else "no_longer"
        if not hand.is_at(f"/cases/{team.number}"):
            team.page_of_case(hand)
        team.step(hand, "end")
        hand.type(text="Invented: it was talked over.", no_follow_up_because="Invented: nothing is open.")
        hand.choose(threat=found, disruption=found)
        hand.take("end", STEPS["end"].does)

    return stage


def closed(**why: str) -> Stage:
    """Whoever chairs closes it, with the reasons that its level and its way ask for."""

    def stage(team: Team) -> None:
        done(team, team.chairs, "close", **why)
        team.world.turns(team.number)

    return stage


def dismissed(team: Team) -> None:
    """A second member agrees that there is no risk, writes how it ended, and dismisses the report."""
    team.page_of_case(team.chair)
    done(team, team.chairs, "concur")
    ended(never=True)(team)
    done(team, team.chairs, "dismiss")
    team.world.turns(team.number)


def recused(team: Team) -> None:
    """The chair keeps themselves out, and finds nothing from then on; the dean stands in."""
    hand = team.chair
    team.page_of_case(hand)
    team.step(hand, "recuse")
    hand.type(reason="Invented: a relative.")
    hand.go(hand.page.get_by_role("button", name=STEPS["recuse"].does, exact=True))
    expect(hand.page.locator("main")).not_to_contain_text(team.number)
    team.counted.steps.append("recuse")
    hand.draw("recused")
    team.world.turns(team.number)
    team.chairs = "dean"
    team.here.remove("chair")


def reopened(team: Team) -> None:
    """Another report on the same person comes to the closed case, and whoever chairs reopens it."""
    reported(team)
    team.page_of_case(team.chair)
    done(team, team.chairs, "reopen")
    team.world.turns(team.number)


def joined(team: Team) -> None:
    """A report that only gives the person's name has a case of its own, which goes on in the first."""
    first = team.number
    second = team.report(name=team.person["name"])
    assert second != first
    team.world.turns(second)
    hand = team.chair
    team.page_of_case(hand)
    team.step(hand, "same_person", by="people")
    hand.choose(same="yes")
    hand.take("same_person", STEPS["same_person"].does)
    team.step(hand, "join", by="people")
    hand.type(reason="Invented: one person.")
    hand.take("join", STEPS["join"].does)
    team.world.turns(second)
    team.number = first
