"""The API: what the team learns from."""

from collections.abc import Mapping

from states.casebook.figures import reporting
from states.contents.team import ReportTexts
from tests.console.web.conftest import Served
from tests.console.web.table.answers import DONE, Room
from tests.console.web.table.programs import keeper, only_for
from tests.console.web.table.rows.learning import TEAM

TEXTS = {"recommendations": "Invented."}


def _period(served: Served, _: str) -> Mapping[str, str]:
    """A period that is over, and whose report nobody has approved; with the version that stands."""
    by = served.walk.chair
    lines = [line for line in reporting.listed(served.book, by=by) if not line.approved_by]
    about = lines[0].period.name
    return {"about": about, "seen": reporting.report(served.book, about, by=by).report_id}


def _written(served: Served, number: str) -> Mapping[str, str]:
    """The same, written anew by somebody who approves nothing here."""
    made, texts = _period(served, number), ReportTexts.model_validate(TEXTS)
    by = keeper(served)
    return {**made, "seen": reporting.write(served.book, made["about"], texts, by=by, seen=made["seen"])}


ROOM = Room(
    {
        "GET /api/trends": only_for("chair", "custodian"),
        "GET /api/semester-reports": only_for(*TEAM),
        "GET /api/semester-reports/{about}": only_for(*TEAM, status=DONE),
        "POST /api/semester-reports/{about}": only_for("chair", "custodian", status=DONE),
        "POST /api/semester-reports/{about}/approval": only_for(*TEAM, status=DONE),
    },
    each={
        "GET /api/semester-reports/{about}": _period,
        "POST /api/semester-reports/{about}": _period,
        "POST /api/semester-reports/{about}/approval": _written,
    },
    sent={
        "POST /api/semester-reports/{about}": {"texts": TEXTS, "seen": "{seen}"},
        "POST /api/semester-reports/{about}/approval": {"seen": "{seen}"},
    },
)
