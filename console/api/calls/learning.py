"""What the team learns from: figures of the periods that are over, none about fewer than five people."""

from typing import Any

from console.api.call import Call
from console.shown.learning.figures import as_data
from states.access import Actor
from states.casebook import Casebook
from states.casebook.figures import counting, reporting
from states.vocabulary.programs import Scope


def trends(book: Casebook, *, by: Actor) -> list[dict[str, Any]]:
    """Every chart of each of the last periods that are over."""
    return [as_data(figure) for figures in counting.figures(book, by=by).values() for figure in figures]


CALLS = (
    Call("GET /trends", trends, "Figures of the last periods, by site and by affiliation.", shown=list),
    Call("GET /semester-reports", reporting.listed, "The periods that are over, and their reports."),
    Call("GET /semester-reports/{about}", reporting.report, "The report on a period, as it stands."),
    Call(
        "POST /semester-reports/{about}",
        reporting.write,
        "Write a report anew; whoever saw another version is refused.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /semester-reports/{about}/approval",
        reporting.approve,
        "Approve a report that somebody else wrote; it is sent.",
        scope=Scope.TEAM,
    ),
)
