"""Trends: what came in, how grave it was, how long things took, as charts with tables and files."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from console.shown.learning.figures import Looking, as_csv, days, looked_at, shown
from console.shown.learning.wording import group_called
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from notifications.messages.figures import LEGEND
from states.casebook.figures.counting import figures, groups
from states.policy.pack import Pack
from states.store.threads import told
from states.vocabulary.figures import Chart

routes = router()


@routes.get("/trends")
async def show(request: Request, visitor: SignedIn, of: str = "", period: str = "", by: str = "") -> Response:
    """Show the charts; of whom, and which period, stands in the address."""
    book = desk_of(request).book
    every = await told(figures, book, by=visitor.actor)
    looking = looked_at(book.pack, every, of, period, by)
    over = [each.period for each in every[Chart.CHANNELS]]
    zone = ZoneInfo(book.pack.home.timezone)
    values = {
        "title": "Trends",
        "charts": [shown(book.pack, each, looking) for each in every.values()] if over else [],
        "periods": [(each.name, f"{each.name} ({days(each, zone)})") for each in over],
        "groups": _groups(book.pack),
        "of": _code(looking),
        "period": looking.period,
        "by": looking.grouping if looking.period else "",
        "legend": LEGEND,
        "query": request.url.query,
    }
    return page(request, "learning/trends", values, visitor=visitor)


@routes.get("/trends.csv")
async def show_file(
    request: Request, visitor: SignedIn, *, chart: str = "", of: str = "", period: str = "", by: str = ""
) -> Response:
    """The numbers of one chart, or of all, as a file."""
    book = desk_of(request).book
    every = await told(figures, book, by=visitor.actor)
    looking = looked_at(book.pack, every, of, period, by)
    wanted = [each for each in Chart if each == chart] or list(Chart)
    charts = [each for each in wanted if every[each]]
    text = as_csv(book.pack, every, charts, looking)
    named = {
        "Content-Disposition": f'attachment; filename="{chart if chart in list(Chart) else "trends"}.csv"'
    }
    return PlainTextResponse(text, media_type="text/csv", headers=named)


def _groups(pack: Pack) -> list[tuple[str, str]]:
    return [
        (f"{grouping}:{group}", group_called(pack, grouping, group))
        for grouping, names in groups(pack).items()
        for group in names
    ]


def _code(looking: Looking) -> str:
    return f"{looking.grouping}:{looking.group}" if looking.group else ""
