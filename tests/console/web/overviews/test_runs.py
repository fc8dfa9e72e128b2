"""The operators' page of runs: what does each effect, what is stuck, and nothing of whom it is about."""

import html
import re
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from states.casebook.book import CASES
from states.casebook.team import members
from states.contents.team import MemberContent
from states.tables import Effect, table_of
from states.vocabulary.effects import EffectStatus
from states.vocabulary.people import Role
from tests.console.web.conftest import Served

_EFFECTS = table_of(Effect)


def stuck(served: Served, number: str) -> tuple[str, str]:
    """Let one effect of a case be stuck; returns its id, and that of its run."""
    run, number_is = str(uuid4()), CASES.c.number == number
    with served.book.store.write() as connection:
        mine = select(_EFFECTS.c.id).join(CASES, CASES.c.id == _EFFECTS.c.case_id).where(number_is)
        effect = next(iter(connection.scalars(mine)))
        values = {"status": EffectStatus.STUCK, "code": "unreachable", "attempt": 5, "flow_run_id": run}
        connection.execute(update(_EFFECTS).where(_EFFECTS.c.id == effect).values(**values))
    return effect, run


@pytest.mark.clause("W-42")
def test_whoever_looks_after_the_machines_sees_runs_and_nobody(served: Served) -> None:
    """Which run does it, why it is stuck and what to do; no name, no word of a case, and no way into one."""
    number = served.walk.in_inquiry()
    effect, run = stuck(served, number)
    content = MemberContent(name="invented-runner-name", address="runner@wnmu.example")
    members.enrol(served.book, "runner", content, by=served.walk.chair, offices=[], roles=[Role.OPERATOR])
    browser = served.browser("runner")
    shown = html.unescape(browser.get(f"/runs?case={number.lower()}").text)
    assert f'/runs/flow-run/{run}"' in shown
    assert "Nobody answers at that address" in shown
    assert f'href="/cases/{number}' not in shown
    assert not re.findall(r"invented-(?!runner-name)[\w-]+", shown)
    assert f"/cases/{number}" in served.browser("chair").get(f"/runs?case={number}").text
    listed = browser.get("/cases").text
    assert (number in listed, 'href="/cases/TAT' in listed, 'class="level' in listed) == (True, False, False)
    again = browser.post(f"/runs/{effect}/again")
    assert again.headers["location"] == "/runs?done=again"
    assert "It is due now" in browser.get(again.headers["location"]).text
    assert effect not in browser.get(f"/runs?case={number}&status=stuck").text
    assert "effect_redriven" in served.walk.events(number)


def test_the_history_of_a_case_leads_to_its_runs_for_whoever_looks_after_them(served: Served) -> None:
    """The chair sees which Prefect run does each effect; a member on the case sees that it was done."""
    number = served.walk.in_inquiry()
    _, run = stuck(served, number)
    served.app.state.desk.settings.prefect_ui_url = "https://runs.wnmu.example/"
    try:
        shown = served.browser("chair").get(f"/cases/{number}/history").text
    finally:
        served.app.state.desk.settings.prefect_ui_url = ""
    assert f'href="https://runs.wnmu.example/runs/flow-run/{run}"' in shown
    assert run not in served.browser("officer").get(f"/cases/{number}/history").text
