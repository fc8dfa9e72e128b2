"""The semester's counts, for those who are sent them: the president and the vice presidents (W-34)."""

from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.learning.figures import ShownChart, shown_of_report
from console.web.pages import desk_of, page, router
from console.web.visitors import SignedIn
from notifications.messages.figures import LEGEND
from states.casebook.figures import sent
from states.casebook.figures.sent import Counts
from states.policy.pack import Pack
from states.store.threads import told
from tasks.drafts.link_paths import SEMESTER

routes = router()


@routes.get(SEMESTER)
async def show_semesters(request: Request, visitor: SignedIn) -> Response:
    """Show the newest report as it was sent, and those before it."""
    book = desk_of(request).book
    found = await told(sent.counts, book, by=visitor.actor)
    values = {
        "title": f"Report for {found[0].term}" if found else "Reports of semesters",
        "reports": [(one, _charts(book.pack, one)) for one in found],
        "legend": LEGEND,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "links/semester", values, visitor=visitor)


def _charts(pack: Pack, one: Counts) -> list[tuple[ShownChart, str]]:
    """The charts of a report, each with what the team says to it."""
    if one.report is None:
        return []
    beside = one.report.texts.beside
    return [(each, beside.get(each.chart, "")) for each in shown_of_report(pack, one.report)]
