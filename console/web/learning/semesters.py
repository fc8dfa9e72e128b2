"""Reports on semesters: written beside their figures, approved by a second person, and sent."""

from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.learning.figures import days, shown_of_report
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from notifications.messages.figures import LEGEND
from states.access import MAY, Act
from states.casebook.accounts.sessions import Visitor
from states.casebook.figures import reporting
from states.casebook.figures.reporting import ReportLine
from states.contents.team import ReportTexts
from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.figures import Chart

routes = router()


@routes.get("/reports")
async def show(request: Request, visitor: SignedIn) -> Response:
    """List the periods that are over, and how far their reports have come."""
    book = desk_of(request).book
    lines = await told(reporting.listed, book, by=visitor.actor)
    zone = ZoneInfo(book.pack.home.timezone)
    shown = [(_address(line), line, days(line.period, zone)) for line in lines]
    values = {"title": "Reports", "lines": shown, "zone": zone}
    return page(request, "learning/reports", values, visitor=visitor)


@routes.get("/reports/{period}")
async def show_one(request: Request, visitor: SignedIn, period: str) -> Response:
    """Show one report, as it would be sent."""
    return await _shown(request, visitor, period)


@routes.post("/reports/{period}")
async def write(request: Request, visitor: SignedIn, period: str) -> Response:
    """Keep what the team says as a new version."""
    book, said = desk_of(request).book, await form(request)
    try:
        texts = ReportTexts.read(
            {
                "beside": {chart: said[chart] for chart in Chart if said.get(chart, "").strip()},
                "recommendations": said.get("recommendations", ""),
            }
        )
        about, seen = _name(period), said.get("seen", "")
        await told(reporting.write, book, about, texts, by=visitor.actor, seen=seen)
    except (NotPermitted, UnknownRecord):
        raise
    except (Refused, BadInput) as refused:
        return await _shown(request, visitor, period, said=said, note=str(refused))
    return RedirectResponse(f"/reports/{period}", HTTPStatus.SEE_OTHER)


@routes.post("/reports/{period}/approval")
async def approve(request: Request, visitor: SignedIn, period: str) -> Response:
    """Approve what somebody else wrote: it is sent."""
    book, said = desk_of(request).book, await form(request)
    try:
        await told(reporting.approve, book, _name(period), by=visitor.actor, seen=said.get("seen", ""))
    except (NotPermitted, UnknownRecord):
        raise
    except Refused as refused:
        return await _shown(request, visitor, period, note=str(refused))
    return RedirectResponse(f"/reports/{period}", HTTPStatus.SEE_OTHER)


async def _shown(
    request: Request, visitor: Visitor, period: str, *, said: Mapping[str, str] | None = None, note: str = ""
) -> Response:
    book = desk_of(request).book
    written = await told(reporting.report, book, _name(period), by=visitor.actor)
    zone = ZoneInfo(book.pack.home.timezone)
    texts = {str(chart): text for chart, text in written.texts.beside.items()}
    texts["recommendations"] = written.texts.recommendations
    values = {
        "title": f"Report for {written.line.period.name}",
        "written": written,
        "charts": shown_of_report(book.pack, written),
        # What somebody typed is not lost when it could not be kept.
        "texts": texts | dict(said or {}),
        "may_write": not visitor.actor.roles.isdisjoint(MAY[Act.RUN_TEAM]) and not written.line.approved_by,
        "may_approve": bool(written.report_id)
        and not written.line.approved_by
        and written.line.by != visitor.actor.id,
        "recipients": [book.pack.office(code).name for code in book.pack.told_of_semesters],
        "days": days(written.line.period, zone),
        "at": f"/reports/{period}",
        "zone": zone,
        "legend": LEGEND,
        "note": note,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "learning/report", values, visitor=visitor, status=status)


def _address(line: ReportLine) -> str:
    return f"/reports/{line.period.name.replace(' ', '-')}"


def _name(period: str) -> str:
    return period.replace("-", " ")
