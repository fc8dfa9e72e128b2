"""The runs: what does the work that cases owe, what is stuck and why; codes and ids, and no content."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.runs import STATUSES, called, run_of
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, permit
from states.casebook.effects import attempts, listing
from states.store.threads import told
from states.vocabulary.effects import EffectStatus
from tasks.far.codes import ADVICE

routes = router()

#: how many a page lists, and how many of those that are stuck
ON_A_PAGE, STUCK = 100, 50


@routes.get("/runs")
async def show_runs(
    request: Request, visitor: SignedIn, status: str = "", case: str = "", done: str = ""
) -> Response:
    """Show what is owed, newest first, and what is stuck before all; the address says of which case."""
    desk, by = desk_of(request), visitor.actor
    permit(by, Act.OPERATE)
    picked = EffectStatus(status) if status in list(EffectStatus) else None
    number = case.strip().upper()
    found = await told(listing.effects, desk.book, by=by, number=number, status=picked, limit=ON_A_PAGE)
    stuck = EffectStatus.STUCK
    first = (
        []
        if picked
        else await told(listing.effects, desk.book, by=by, number=number, status=stuck, limit=STUCK)
    )
    values = {
        "title": "Runs",
        "groups": [("Stuck", first), (STATUSES[picked] if picked else "Newest first", found)],
        "picked": picked,
        "number": number,
        "choices": list(STATUSES.items()),
        "said": STATUSES,
        "advice": ADVICE,
        "most": ON_A_PAGE,
        "called": called,
        "run_of": run_of,
        "runs_at": desk.settings.prefect_runs_at,
        # Whoever only looks after the machines opens no case.
        "opens": not by.roles.isdisjoint(MAY[Act.READ]),
        "again": done == "again",
        "zone": ZoneInfo(desk.book.pack.home.timezone),
    }
    return page(request, "overviews/runs", values, visitor=visitor)


@routes.post("/runs/{effect}/again")
async def do_again(request: Request, effect: str, visitor: SignedIn) -> Response:
    """Have what is stuck, or waits, done again now.

    Raises:
        UnknownRecord: there is no such effect, or none that waits.
    """
    await form(request)
    await told(attempts.redrive, desk_of(request).book, effect, by=visitor.actor)
    return RedirectResponse("/runs?done=again", HTTPStatus.SEE_OTHER)
