"""The end of a record: a closed case that is erased, on time, or with the chair's leave before it."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.asked.fields import Field
from console.web.cases.looking import Look, refused
from console.web.cases.opening import Case
from console.web.coming_in.proving import JustProved
from console.web.leaving.handing_out import open_to
from console.web.pages import desk_of, fields, page, router
from states.access import MAY, Act, Actor, why_not
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.closing import disposition
from states.casebook.closing.disposition import EarlyErasure
from states.casebook.reading.whole_case import RECORDS
from states.casebook.rounds import sweeping
from states.errors import BadInput, Refused, TatError, UnknownRecord
from states.store.threads import told
from states.tables import Case as CaseRow
from states.vocabulary.cases import CaseState
from states.vocabulary.effects import Clock

routes = router()

#: those who have a word in it
WHO = (Act.ERASE, Act.ALLOW_ERASURE)

#: what the chair is asked who allows it early
_WHY = (Field("reason", "Why before its time", hint="It is kept when the case is gone.", needed=True),)


@routes.get("/cases/{number}/erase")
async def ask(request: Request, number: str, visitor: JustProved) -> Response:
    """Show what goes and what stays, and what stands in the way.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
        NotPermitted: I neither keep the records nor chair.
    """
    return await _asked(request, visitor, number, Look(_WHY, {}))


@routes.post("/cases/{number}/erase")
async def erase(request: Request, number: str, visitor: JustProved) -> Response:
    """Erase the case for good, as the custodian of records.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
        NotPermitted: I do not keep the records.
    """
    book, by = desk_of(request).book, visitor.actor
    await told(open_to, book, number, by, Act.ERASE)
    try:
        await told(disposition.erase, book, number, by=by)
    except UnknownRecord:
        raise
    except Refused as refusal:
        return await _asked(request, visitor, number, Look(_WHY, {}), refusal)
    return RedirectResponse(f"/cases/{number}", HTTPStatus.SEE_OTHER)


@routes.post("/cases/{number}/allow-erasure")
async def allow(request: Request, number: str, visitor: JustProved) -> Response:
    """Allow the custodian to erase the case before its retention ends, as the chair.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
        NotPermitted: I do not chair.
    """
    book, by, said = desk_of(request).book, visitor.actor, await fields(request)
    await told(open_to, book, number, by, Act.ALLOW_ERASURE)
    look, because = Look(_WHY, said), said.get("reason", [""])[0]
    try:
        await told(disposition.allow_erasure, book, number, by=by, because=because)
    except UnknownRecord:
        raise
    except (BadInput, Refused) as refusal:
        return await _asked(request, visitor, number, refused(look, refusal), refusal)
    return RedirectResponse(f"/cases/{number}/erase", HTTPStatus.SEE_OTHER)


def _opened(book: Casebook, number: str, by: Actor) -> tuple[Case, list[EarlyErasure], dict[str, object]]:
    case = open_to(book, number, by, *WHO)
    clocks = sweeping.running(book, by=by, number=number, clock=Clock.RETENTION)
    row = CaseRow(**case.opened.dossier["case"])
    records = [row for model in RECORDS for row in case.opened.of(str(model.__tablename__))]
    shown: dict[str, object] = {
        "kept_until": clocks[0].due_at if clocks else None,
        "closed": row.state == CaseState.CLOSED,
        "records": len(records),
        "files": sum(1 for each in case.opened.of("attachments") if each["stored"]),
        **{act.value: why_not(by, MAY[act], row) is None for act in WHO},
    }
    return case, disposition.early_erasures(book, number, by=by), shown


async def _asked(
    request: Request, visitor: Visitor, number: str, look: Look, refusal: TatError | None = None
) -> Response:
    case, allowed, shown = await told(_opened, desk_of(request).book, number, visitor.actor)
    values = {
        **shown,
        "title": f"{number}: Erase the case",
        "number": number,
        "note": refusal is not None,
        "refusal": str(refusal or ""),
        "look": look,
        "allowed": allowed,
        "opened": case.opened,
    }
    status = HTTPStatus.OK if refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(request, "leaving/erase", values, visitor=visitor, status=status)
