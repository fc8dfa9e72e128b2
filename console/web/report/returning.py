"""The way back to a report, with its number and its secret: how far it has come, and what is added to it."""

from contextlib import suppress
from functools import partial
from http import HTTPStatus

from fastapi import Request, Response

from console.shown.phoning import phone_now
from console.web.languages import N_
from console.web.limiting import SIGNING_IN, must_be_within
from console.web.pages import OpenRoute, desk_of, fields, router
from console.web.report.reading import one
from console.web.report.showing import public
from states.casebook.effects.nonces import Once
from states.casebook.intake import receipts
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told

routes = router(OpenRoute)

ASKED = N_("Come back to your report")
NO_SUCH_REPORT = N_(
    "That number and secret belong to no report. Nothing was written: see whether each is as given."
)
NO_SUCH_REPORT_IN_DANGER = N_(
    "That number and secret belong to no report, so nobody was told. Call 911 now, then report what is new "
    "below: it needs no number."
)
LONG = N_("This is too long to send at once. Nothing was sent: send the first part, then the rest.")


@routes.get("/report/return")
async def ask_for_receipt(request: Request) -> Response:
    """Ask a reporter who comes back for number and secret."""
    return public(request, "report/return", {"title": ASKED, "note": ""})


@routes.post("/report/return")
async def come_back(request: Request) -> Response:
    """Say how far the report has come; take in what is added to it. A danger is let in however often."""
    book, said = desk_of(request).book, await fields(request)
    danger = one(said, "danger") == "yes"
    if not danger:
        must_be_within(request, "receipts", SIGNING_IN)
    receipt, secret = (one(said, name) for name in ("receipt", "secret"))
    fresh = receipts.once(book.clock())
    added = again = False
    kept, note, site, alarm = dict[str, str](), "", "", ""
    once = Once(fresh.sender, one(said, "once") or fresh.nonce, fresh.expires_at)
    try:
        if danger:
            # The alarm first, and by itself: nothing that was written stands in its way.
            apart = Once(once.sender, f"{once.nonce}\ndanger", once.expires_at)
            with suppress(Refused):
                site, alarm = await told(receipts.call_for_help, book, receipt, secret, once=apart)
        # What is told with an alarm stands in its report.
        more = partial(receipts.add, alarm=alarm)
        for name, write in (("answer", receipts.answer), ("badly", receipts.treated_badly), ("more", more)):
            text = one(said, name)
            if not text.strip():
                continue
            # Each box for itself: one that was sent before keeps no other from being sent.
            box = Once(once.sender, f"{once.nonce}\n{name}", once.expires_at)
            try:
                await told(write, book, receipt, secret, text, once=box)
                added = True
            except Refused:
                again = True
            except BadInput:
                kept, note = {name: text}, LONG
        if one(said, "mail") == "no":
            await told(receipts.want_no_mail, book, receipt, secret)
        found = await told(receipts.returned, book, receipt, secret)
    except UnknownRecord:
        asked = {"title": ASKED, "note": NO_SUCH_REPORT_IN_DANGER if danger else NO_SUCH_REPORT}
        return public(request, "report/return", asked, HTTPStatus.NOT_FOUND)
    values = {
        "title": N_("Your report"),
        "found": found,
        "receipt": receipt,
        "secret": secret,
        "known": {"receipt": receipt, "secret": secret},
        "alarmed": await told(phone_now, book, site) if site else None,
        "added": added,
        "again": again,
        "once": fresh.nonce,
        "kept": kept,
        "note": note,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return public(request, "report/status", values, status)
