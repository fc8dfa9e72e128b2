"""A plan as it is typed on a page, a case that waits for one, and what a form has in its fields."""

import html
import re

from states.vocabulary.cases import Level
from tests.console.web.conftest import Served

PLAN = {
    "kind": "active_monitoring",
    "summary": "invented-summary",
    "actions.0.what": "invented-talk",
    "actions.0.owner": "nurse",
    "actions.0.due_at": "tomorrow 5 pm",
    "actions.0.initial": "yes",
    "referrals.0.kind": "counselling",
    "referrals.0.recommendation": "invented-advice",
}


def planning(served: Served, level: Level = Level.MILD) -> str:
    """A case in which a plan is to be drafted."""
    number = served.walk.assessed(level)
    served.walk.act(number, "develop_plan")
    return number


def field(form: str, name: str) -> str:
    """What a form has in a field: what is typed there, or what is chosen."""
    typed = re.search(rf'<input[^>]*name="{name}"[^>]*maxlength[^>]* value="([^"]*)"', form)
    prose = re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)</textarea>', form)
    chosen = re.search(rf'name="{name}" value="([^"]*)" checked', form)
    found = typed or prose or chosen
    return html.unescape(found[1]) if found else ""
