"""A step that is refused is refused in the same words at the terminal, on pages and by the API."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from states.access import SYSTEM
from states.casebook.plan import planning
from states.casebook.team import members
from states.contents.plans import ReferralContent
from states.errors import LeftUnsaid, StillOpen
from states.process import TRANSITIONS
from states.vocabulary.cases import Level
from states.vocabulary.leaving import ReferralKind
from tests.cases.planning import drafted, in_force, in_turn
from tests.cases.walking import Walk
from tests.console.api.conftest import Programs, program
from tests.console.conftest import Tat
from tests.console.web.cases.test_steps import takes
from tests.console.web.conftest import Served, served
from tests.states.process.test_hints import PAIRS, STAGES, WAYS, blocking, reassess

__all__ = ["program", "served"]

#: guards that stand in the way of nothing that somebody does by itself, and why
NOT_BY_ITSELF = {"merged_elsewhere": "`tat case merge` and the page for it name the other case as they merge"}

#: what a terminal says that a page leaves out or says otherwise, as nobody types there; all else is the same
ON_A_PAGE: Mapping[str, str] = {
    " (--reason)": "",
    " (--without-reintegration)": "",
    " (`reassess`)": "",
    " (`follow_up`)": "",
    " (`no_follow_up_because`)": "",
    " (`follows_up`)": "",
    " (`tat case waive-follow-up`)": "",
    "`tat case confirm`, or a meeting": "each by their own word, or at a meeting",
    " (`tat target follow-up`, `tat target waive`)": "",
    "which `tat case show` names": "which its page names",
    " with `tat case unmerge`": "",
}

#: the same, where ids of records stand in it
DRAFT_WITH_IDS = re.compile(r"draft it with their ids in `targets` \([0-9a-f]{8}; `tat target list`\)")

GUARDS = sorted({guard for row in TRANSITIONS for guard in row.guards} - set(NOT_BY_ITSELF))


def test_every_guard_of_the_table_is_tried() -> None:
    """But those that have their reason."""
    assert {*GUARDS, *NOT_BY_ITSELF} == {guard for row in TRANSITIONS for guard in row.guards}
    assert all(row.comes_with for row in TRANSITIONS if set(row.guards) & set(NOT_BY_ITSELF))


@pytest.fixture(scope="session")
def tat(served: Served) -> Tat:
    """The command, on the casebook that the console serves."""
    home = served.app.state.desk.settings.home
    return Tat(home, {"TAT_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"})


@pytest.mark.parametrize("guard", GUARDS)
def test_every_door_refuses_in_the_same_words(
    guard: str, served: Served, program: Programs, tat: Tat
) -> None:
    """What a guard says is missing by the API, in what `tat` says, and on the step's page."""
    walk = served.walk
    state, row = next(
        (state, row)
        for row in TRANSITIONS
        for state in row.sources
        if guard in row.guards and (guard, state) in PAIRS
    )
    number = STAGES[state](walk)
    next(WAYS[guard](walk, number))
    if guard == "reintegration_done_or_unneeded":
        _nothing_else_in_the_way(walk, number)
    (said,) = {one.sentence for one in blocking(walk, number, {}) if one.guard == guard}
    head = {"If-Match": "*", "Idempotency-Key": f"{number}-{guard}"}
    steps = f"/cases/{number}/steps"
    problem = program("chair").post(f"{steps}/{row.trigger}", json={"given": {}}, headers=head)
    missing = {one["guard"]: one["sentence"] for one in problem.json()["missing"]}
    assert (problem.status_code, missing[guard]) == (409, said)
    refused = tat("case", "act", number, row.trigger)
    assert (refused.exit_code, f"  - {said} (" in refused.stderr) == (1, True), refused.stderr
    assert said_at_a_terminal(said) in " ".join(tat("case", "can", number).stdout.replace("@", "").split())
    page = served.browser("chair").get(f"{steps}/{row.trigger}").text
    assert said_on_a_page(said, known(walk, number)) in sentences(page), sentences(page)


def _revised(walk: Walk) -> tuple[str, dict[str, str]]:
    """A case that is planned anew while actions are open; its number, and their ids by what they are."""
    number, _ = in_force(walk, [[], []])
    walk.act(number, "revise_plan", {"reason": "invented"})
    return number, {row["content"]["what"]: row["id"] for row in walk.records(number, "plan_actions")}


@pytest.mark.clause("W-08")
def test_a_plan_that_leaves_open_actions_unsaid_is_refused_at_every_door_in_the_same_words(
    served: Served, program: Programs, tat: Tat, tmp_path: Path
) -> None:
    """Each says which, by name: the same action drafted beside an open one would be done twice."""
    number, ids = _revised(served.walk)
    plan: dict[str, Any] = in_turn(served.walk, [[], []]).model_dump(mode="json")
    plan["actions"][0]["continues"] = ids["invented-1"]
    # The terminal goes by a clock of its own.
    for action in plan["actions"]:
        action["due_at"] = "2999-01-01T17:00-07:00"
    said, left = str(LeftUnsaid([StillOpen("x", "x", "x")])), ids["invented-2"]
    head = {"If-Match": "*"}
    problem = program("officer").post(f"/cases/{number}/plans", json=plan, headers=head)
    assert (problem.status_code, problem.json()["detail"]) == (422, said)
    assert problem.json()["still_open"] == [{"id": left, "what": "invented-2", "owner": "nurse"}]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    refused = tat("plan", "draft", number, str(file), member="officer")
    assert (refused.exit_code, refused.stderr) == (2, f"{said}\n  - {left[:8]} invented-2 (nurse)\n")
    in_json = tat("plan", "draft", number, str(file), "--json", member="officer")
    assert json.loads(in_json.stderr)["still_open"][0]["id"] == left
    typed = {
        "kind": "active_monitoring",
        "actions.0.what": "invented-1",
        "actions.0.owner": "dean",
        "actions.0.due_at": "2999-01-01 17:00",
        "actions.0.initial": "yes",
        "actions.0.continues": ids["invented-1"],
    }
    page = html.unescape(takes(served.browser("officer"), number, "draft_plan", typed).text)
    (told,) = re.findall(r'<p class="help" id="stay_open-help">([^<]*)</p>', page)
    spoken = said.replace(" (`continues`)", "").replace(" (`stay_open`)", "")
    assert told == f"{spoken} Still open: invented-2 (invented-nurse-name)."
    assert len(served.walk.records(number, "plans")) == 1
    # Said as each door says how, each takes it.
    plan["stay_open"] = [left]
    assert program("officer").post(f"/cases/{number}/plans", json=plan, headers=head).status_code == 200
    plan["stay_open"] = [left[:8]]
    file.write_text(json.dumps(plan), encoding="utf-8")
    assert tat("plan", "draft", number, str(file), member="officer").exit_code == 0
    last = takes(served.browser("officer"), number, "draft_plan", typed | {"stay_open": left})
    assert last.status_code == 303, html.unescape(last.text)
    assert len(served.walk.records(number, "plans")) == 4


@pytest.mark.clause("W-08", "W-20")
def test_every_door_says_what_a_plan_that_is_approved_leaves_as_it_is(
    served: Served, program: Programs, tat: Tat
) -> None:
    """Open actions and unsent referrals: in the same words, as it is approved and as it is activated."""
    walk = served.walk
    number, ids = _revised(walk)
    # Whoever signs in for the first time sets their account up, which ends what programs have of them.
    stay, browser, chair = tuple(ids.values()), served.browser("chair"), program("chair")
    referral = ReferralContent(kind=ReferralKind.COUNSELLING, recommendation="invented")
    content = in_turn(walk, [[]]).model_copy(update={"stay_open": stay})
    _, second, third = (
        planning.draft_plan(
            walk.book, number, content.model_copy(update={"referrals": referrals}), by=walk.officer
        )
        for referrals in ((referral,), (), ())
    )
    head = {"If-Match": "*"}
    assert chair.post(f"/cases/{number}/plans/{second}/approval", headers=head, json={}).status_code == 409
    page = html.unescape(browser.get(f"/cases/{number}/steps/approve_plan").text)
    seen = {"If-Match": chair.get(f"/cases/{number}").headers["ETag"], "Idempotency-Key": f"{number}-once"}
    answers = [chair.post(f"/cases/{number}/plans/{third}/approval", headers=seen, json={}) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200], answers[0].text
    left, again = (each.json() for each in answers)
    assert left == again
    assert "staying as they are beside this one: invented-" in left["stay_open"]
    assert all(each in left["stay_open"] for each in ("invented-1 (dean)", "invented-2 (nurse)"))
    assert "This plan leaves that out, and it was not sent." in left["left_out"]
    named = left["stay_open"].replace("dean", "invented-dean-name").replace("nurse", "invented-nurse-name")
    assert named in page
    assert left["left_out"] in page
    terminal = tat("plan", "approve", number, third, member="nurse")
    assert all(each in " ".join(terminal.stdout.split()) for each in left.values()), terminal.stdout
    done = tat.json("case", "act", number, "activate_plan")
    assert {name: done[name] for name in left} == left


@pytest.mark.clause("W-08")
def test_a_plan_that_leaves_nothing_is_put_into_action_without_a_word_of_it(
    served: Served, program: Programs
) -> None:
    """By the API, where both texts are there, and empty."""
    walk = served.walk
    number, _ = drafted(walk, [[]])
    (plan,) = walk.records(number, "plans")
    chair, head, nothing = program("chair"), {"If-Match": "*"}, {"stay_open": "", "left_out": ""}
    approval = f"/cases/{number}/plans/{plan['id']}/approval"
    assert chair.post(approval, headers=head, json={}).json() == nothing
    done = chair.post(f"/cases/{number}/steps/activate_plan", headers=head, json={"given": {}}).json()
    assert {name: done[name] for name in nothing} == nothing


def _nothing_else_in_the_way(walk: Walk, number: str) -> None:
    """A page asks for a reason once nothing else is in the way."""
    reassess(walk, number, Level.NONE)
    walk.dispose(number)


def known(walk: Walk, number: str) -> Mapping[str, str]:
    """Who may stand in a sentence: names, by what it marks them with."""
    team = {who.id: content.name for who, content in members.members(walk.book, by=SYSTEM)}
    return team | {row["id"][:8]: row["content"]["name"] for row in walk.records(number, "targets")}


def said_at_a_terminal(said: str) -> str:
    """A guard's sentence with nobody marked."""
    return said.replace("@", "")


def said_on_a_page(said: str, names: Mapping[str, str]) -> str:
    """A guard's sentence as whoever reads a page has it: with names, and without what is typed."""
    for typed, instead in ON_A_PAGE.items():
        said = said.replace(typed, instead)
    said = DRAFT_WITH_IDS.sub("draft it for them, too", said)
    return re.sub(r"@([\w-]+)", lambda found: names[found[1]], said)


def sentences(page: str) -> list[str]:
    """What a step's page says is in the way, and what it says beside the reasons that it asks for."""
    found = re.findall(r'<li><p>(.*?) <span class="quiet">|class="hint"[^>]*>(.*?)</p>', page, re.DOTALL)
    plain = (re.sub("<[^>]*>", "", said or beside) for said, beside in found)
    return [" ".join(html.unescape(each).split()) for each in plain]
