"""A whole case file that is handed out: to a court, a prosecutor or the police, as the policy lets it."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from console.http.streams import streamed
from console.shown.case.asked.fields import lacking
from console.shown.case.asked.handing_out import handing_out
from console.web.cases.looking import Look, refused
from console.web.cases.opening import Case, open_case
from console.web.cases.steps.step import Given
from console.web.coming_in.proving import JustProved
from console.web.pages import desk_of, fields, page, router
from states.access import MAY, Act, Actor, permit, why_not
from states.casebook import Casebook
from states.casebook.accounts.sessions import Visitor
from states.casebook.record import exporting
from states.contents.leaving import as_code
from states.errors import BadInput, Refused, UnknownRecord
from states.gate import Outgoing
from states.store.threads import at_place, told
from states.tables import Case as CaseRow
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis

routes = router()

#: what leaves
WHAT = frozenset({Disclosed.CASE_FILE})


@routes.get("/cases/{number}/export")
async def ask(request: Request, number: str, visitor: JustProved) -> Response:
    """Ask to whom a case file is handed out, and on which basis.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
        NotPermitted: I may read it, and hand nothing out.
    """
    book, by = desk_of(request).book, visitor.actor
    case = await told(open_to, book, number, by, Act.RECORD)
    return _asked(request, visitor, case, Look(handing_out(book.pack, by), {}))


@routes.post("/cases/{number}/export")
async def do(request: Request, number: str, visitor: JustProved) -> Response:
    """Hand the case file out, as an archive with its files; a refusal by the policy is on record, too.

    Raises:
        UnknownRecord: there is no such case, or none that I may open.
        NotPermitted: I may read it, and hand nothing out.
    """
    book, by = desk_of(request).book, visitor.actor
    case = await told(open_to, book, number, by, Act.RECORD)
    asked, said = handing_out(book.pack, by), await fields(request)
    look = Look(asked, said, beside=lacking(asked, said))
    if look.beside:
        return _asked(request, visitor, case, look)
    given = Given(said, asked)
    try:
        outgoing = Outgoing(
            RecipientKind(given.one("to")),
            as_code(given.one("recipient")),
            Purpose.EXPORT,
            LegalBasis(given.one("basis")),
            WHAT,
            given.one("through"),
        )
        why = {"because": given.one("reason"), "asked_by": given.one("asked_by")}
        left = await told(exporting.export, book, number, outgoing, by=by, **why)
    except UnknownRecord:
        raise
    except (BadInput, Refused) as refusal:
        return _asked(request, visitor, case, refused(look, refusal))
    named = {"Content-Disposition": f'attachment; filename="{number}.zip"'}
    parts = left.archive()
    first = await at_place(next, parts, b"")
    return StreamingResponse(streamed(first, parts), headers=named, media_type="application/zip")


def open_to(book: Casebook, number: str, by: Actor, *acts: Act) -> Case:
    """Open a case to somebody who may do one of these in it.

    Raises:
        UnknownRecord: there is no such case, or none that they may know of.
        NotPermitted: they may not.
    """
    case = open_case(book, number, by, sheet="leaving")
    row = CaseRow(**case.opened.dossier["case"])
    if all(why_not(by, MAY[act], row) for act in acts):
        permit(by, acts[0], row)
    return case


def _asked(request: Request, visitor: Visitor, case: Case, look: Look) -> Response:
    wrong = bool(look.beside or look.problems)
    number = case.opened.dossier["case"]["number"]
    stored = [row for row in case.opened.of("attachments") if row["stored"]]
    values = {
        "title": f"{number}: Hand out the case file",
        "number": number,
        "note": wrong,
        "look": look,
        "opened": case.opened,
        "files": len(stored),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "leaving/hand_out", values, visitor=visitor, status=status)
