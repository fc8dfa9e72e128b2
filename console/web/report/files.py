"""Files with a report: added by whoever has its number and secret, as they come, and nothing of them run."""

from http import HTTPStatus

from fastapi import Request, Response

from console.web.languages import N_
from console.web.limiting import SIGNING_IN, must_be_within
from console.web.pages import OpenRoute, desk_of, router
from console.web.report.returning import ASKED
from console.web.report.showing import in_language, public
from console.web.uploads import Allowed, NotTaken, Upload
from states.casebook.intake import attaching, receipts
from states.errors import BadInput, FilesAway, UnknownRecord
from states.store.threads import told

routes = router(OpenRoute)

#: what is said where files cannot be kept for now; those who run the software learn why elsewhere
AWAY = N_(
    "Files cannot be kept just now. Nothing was added, and your report is as it was. Try again later, or "
    "tell the team in words."
)


@routes.post("/report/files")
async def add_files(request: Request) -> Response:
    """Add files to a report; what is refused says what would help, and the report stays as it is."""
    must_be_within(request, "receipts", SIGNING_IN)
    desk = desk_of(request)
    settings, most = desk.settings, desk.settings.report_files_largest

    def let(said: dict[str, str]) -> None:
        attaching.left(desk.book, settings, said.get("receipt", ""), said.get("secret", ""))

    upload = Upload(
        desk.book.place, Allowed(most, most, settings.report_files, from_anybody=True), before=let
    )
    why: BadInput | FilesAway | None = None
    try:
        await upload.take(request)
        if upload.arrived:
            receipt, secret = upload.said.get("receipt", ""), upload.said.get("secret", "")
            await told(attaching.attach, desk.book, settings, receipt, secret, upload.arrived)
        else:
            why = BadInput(N_("No file was chosen. Nothing was added."))
    except NotTaken as refused:
        why = refused.why
    except BadInput as refused:
        why = refused
    except UnknownRecord:
        return _unknown(request)
    return await _show(request, upload, why)


def _unknown(request: Request) -> Response:
    values = {"title": ASKED, "note": receipts.NO_SUCH_REPORT}
    return public(request, "report/return", values, HTTPStatus.NOT_FOUND)


def _said(request: Request, why: BadInput | FilesAway | None) -> str:
    if why is None:
        return ""
    return AWAY if isinstance(why, FilesAway) else why.in_words(in_language(request))


async def _show(request: Request, upload: Upload, why: BadInput | FilesAway | None) -> Response:
    book, said = desk_of(request).book, upload.said
    receipt, secret = said.get("receipt", ""), said.get("secret", "")
    try:
        await told(receipts.returned, book, receipt, secret)
    except UnknownRecord:
        return _unknown(request)
    values = {
        "title": N_("Files with your report"),
        "receipt": receipt,
        "secret": secret,
        "known": {"receipt": receipt, "secret": secret},
        "note": _said(request, why),
        "came": len(upload.arrived),
    }
    status = HTTPStatus.OK
    if why is not None:
        is_ours = isinstance(why, FilesAway)
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_ours else HTTPStatus.UNPROCESSABLE_ENTITY
    return public(request, "report/files", values, status)
