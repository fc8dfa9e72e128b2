"""The page of a case: where it stands, what is next, what stands in the way; and a sheet for each record."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response

from console.shown.alarms import out
from console.shown.case import sheets
from console.shown.case.beside import course
from console.shown.case.glance import glance
from console.shown.case.sheets import ROOMS, SHEETS, Sheet
from console.web.cases.looking import asked_of
from console.web.cases.opening import Case, open_case
from console.web.cases.steps.every import ANY_TIME, CLEARED_BY, FOR_PEOPLE, STEPS
from console.web.cases.ways import SELDOM, ways_of
from console.web.pages import desk_of, page, router
from console.web.visitors import OF_CASE, SignedIn, TheirCase
from states.access import MAY, Act, Actor, guest_way, why_not
from states.casebook.accounts.sessions import Visitor
from states.casebook.alarms import outcomes
from states.casebook.reading.overview import CaseLine
from states.errors import CaseErased
from states.store.threads import told
from states.tables import Case as CaseRow
from states.vocabulary.cases import CaseState
from states.vocabulary.people import GuestWay

routes = router(dependencies=[OF_CASE])

#: what a step says that was just taken, where its button's words do not
TWICE = "twice"


#: the scripts that a page with news works better with: `.ci/vendor` fetches them
LISTENING = ("htmx", "htmx-sse")


@routes.get("/cases/{number}")
async def show_case(request: Request, case: TheirCase, visitor: SignedIn, done: str = "") -> Response:
    """Show a case; that I read it is on record, as it is at the command line.

    Raises:
        UnknownRecord: there is no such case, or none that I may open: both are answered alike.
    """
    return await at_a_glance(request, case, visitor, done)


async def at_a_glance(
    request: Request, line: CaseLine, visitor: Visitor, done: str = "", *, news: bool = False
) -> Response:
    """The page of a case that somebody may open; with its news alone, where the page asks for them itself."""
    book, number = desk_of(request).book, line.number
    try:
        case = await told(open_case, book, number, visitor.actor)
    except CaseErased:
        values = {"title": number, "line": line}
        return page(request, "cases/erased", values, visitor=visitor, status=HTTPStatus.GONE, case="")
    alarmed = case.opened.of("alarms")
    calls = await told(outcomes.of_case, book, number, by=visitor.actor) if alarmed else {}
    values = {
        **shared(case, visitor.actor),
        "calls": {alarm: out(found, book.pack, case.opened.whom) for alarm, found in calls.items()},
        "sees_board": not visitor.actor.roles.isdisjoint(MAY[Act.ANSWER_ALARMS]),
        "title": number,
        "case": glance(case.opened, case.happened, by=visitor.actor, now=book.clock()),
        "sheets": sheets.newest(case.opened, case.happened),
        "sheet": "",
        "cleared_by": CLEARED_BY,
        "any_time": ANY_TIME,
        "seldom": SELDOM,
        "for_people": FOR_PEOPLE,
        "grave": _grave(visitor.actor, CaseRow(**case.opened.dossier["case"])),
        "done": done_with(done),
        "news": news,
        "seen": case.opened.dossier["case"]["version"],
    }
    return page(request, "cases/case", values, visitor=visitor, scripts=LISTENING)


def _sheet(found: Sheet) -> Callable[..., Awaitable[Response]]:
    async def show_sheet(request: Request, number: str, visitor: SignedIn, done: str = "") -> Response:
        book = desk_of(request).book
        case = await told(open_case, book, number, visitor.actor, sheet=found.name)
        opened = replace(case.opened, ways=ways_of(case, visitor.actor, found.name))
        values = {
            "opened": opened,
            "done": done_with(done),
            "stay": _stay(visitor.actor, CaseRow(**case.opened.dossier["case"])),
            "title": f"{number}: {found.title}",
            "number": number,
            "heading": found.title,
            "sheet": found.name,
            "sheets": ROOMS,
            "course": course.course(opened) if found.name == "assessments" else None,
            "parts_of_sheet": sheets.shown(
                opened,
                found,
                case.happened,
                visitor.actor,
                runs_at=desk_of(request).settings.prefect_runs_at,
            ),
        }
        return page(request, "cases/sheet", values, visitor=visitor)

    return show_sheet


# Each by its own name, so that whatever else lies below a case keeps its address.
for _each in SHEETS.values():
    routes.get(f"/cases/{{number}}/{_each.name}")(_sheet(_each))


def shared(case: Case, by: Actor) -> Mapping[str, object]:
    """What all pages of a case are given: its zone, its steps, and which of them are this person's."""
    row = CaseRow(**case.opened.dossier["case"])
    return {"opened": case.opened, "steps": STEPS, "mine": Mine(case, row, by), "stay": _stay(by, row)}


class Mine:
    """The steps that are somebody's to take in a case: each is asked for its form once a page would show it.

    Args:
        case: the case as it was opened.
        row: its row.
        by: who looks.
    """

    def __init__(self, case: Case, row: CaseRow, by: Actor) -> None:
        self._row, self._by, self._asked = row, by, asked_of(case, by)
        self._known: dict[str, bool] = {}

    def __contains__(self, name: str) -> bool:
        """Whether a step is theirs: they may take it, and there is something to choose in it."""
        if name not in self._known:
            step = STEPS[name]
            may = step.act is None or why_not(self._by, MAY[step.act], self._row) is None
            # Where there is nothing to choose, there is nothing to do.
            self._known[name] = may and not any(
                each.needed and each.is_empty for each in step.fields(self._asked)
            )
        return self._known[name]


def _grave(by: Actor, row: CaseRow) -> list[tuple[str, str]]:
    """What somebody may do with the case as a whole, as addresses below it and what their buttons say."""
    may = {act for act in Act if why_not(by, MAY[act], row) is None}
    ways = [("export", "Hand out the case file")] if Act.RECORD in may else []
    if Act.AUDIT in may:
        ways.append(("disclosures", "See what left about the person"))
    if row.state == CaseState.CLOSED and not may.isdisjoint((Act.ERASE, Act.ALLOW_ERASURE)):
        ways.append(("erase", "Erase the case"))
    return ways


def _stay(by: Actor, row: CaseRow) -> tuple[GuestWay, datetime] | None:
    """By which way, and until when, somebody sees a case for a time alone; None: without an end."""
    way = guest_way(by, row)
    if way is None or why_not(replace(by, at=None), MAY[Act.READ], row) is None:
        return None
    return way, datetime.fromisoformat(row.guests[by.id][1])


def done_with(name: str) -> str:
    """What is said of a step that was just taken; empty: none was."""
    if name == TWICE:
        return "This was sent twice, and counts once. What happened stands below."
    return f"Done: {STEPS[name].does}." if name in STEPS else ""
