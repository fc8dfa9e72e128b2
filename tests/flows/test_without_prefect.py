"""What is done for cases needs no Prefect: whoever likes may run it, such as a simulator."""

import subprocess
import sys
from pathlib import Path

from deployments.supervision.environment import child_environment
from flows.catalog import ROUNDS
from states.vocabulary.effects import EffectKind
from tasks.desk import Desk
from tests.cases.walking import Walk

#: None in its place is how Python is told that a module cannot be imported
PROGRAM = """
import sys
sys.modules["prefect"] = None
from tests.flows.without_prefect import do_everything
do_everything()
"""

SOURCES = """
[past]
use = "scripted"
[past.answers.past_contacts]
answer = "found"
"""


def test_effects_and_rounds_are_done_where_prefect_cannot_be_imported(desk: Desk, walk: Walk) -> None:
    """Team, meetings, records, referrals, plan, calendars: each is done in a process without it."""
    desk.settings.sources_file.write_text(SOURCES)
    walk.monitored()
    walk.reported(imminent=True)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=child_environment(desk.settings),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert {name for name, how in said.items() if how != "done"} == set(), said
    assert {each.name for each in ROUNDS} <= set(said)
    assert {
        EffectKind.NOTIFY_TEAM,
        EffectKind.CONVENE_TEAM,
        EffectKind.COLLECT_RECORDS,
        EffectKind.ROUTE_REFERRALS,
        EffectKind.ASSIGN_ACTIONS,
        EffectKind.ALERT_POLICE,
    } <= set(said)
    assert list(desk.settings.outbox.glob("*.eml"))
