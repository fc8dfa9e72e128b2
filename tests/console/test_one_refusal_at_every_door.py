"""A step that is refused is refused in the same words at the terminal, on pages and by the API (issue 12)."""

import html
import re
from collections.abc import Mapping

import pytest

from states.access import SYSTEM
from states.casebook.team import members
from states.process import TRANSITIONS
from states.vocabulary.cases import Level
from tests.cases.walking import Walk
from tests.console.api.conftest import Programs, program
from tests.console.conftest import Tat
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
