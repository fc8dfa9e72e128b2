"""A report of concern in four short steps, without signing in or a script; each is saved as one goes.

Two answers are enough to call the police: whether somebody is in danger, and where. The rest is written down
after them, step by step, and belongs to the same report.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.phoning import phone_now
from console.web.languages import N_
from console.web.limiting import REPORTS, must_be_within
from console.web.moments import here
from console.web.pages import OpenRoute, desk_of, fields, is_encrypted, router
from console.web.report.reading import STEPS, Said, one, read, wanting
from console.web.report.showing import public
from states.access import REPORTER
from states.casebook import Casebook
from states.casebook.effects.nonces import Once
from states.casebook.intake import begun, drafts, receipts
from states.casebook.intake.drafts import Draft
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told

routes = router(OpenRoute)

#: a field that nobody sees: who fills it in is a program, or a browser on somebody's behalf. Nothing is
#: thrown away for it: whoever screens the report sees that it was filled in.
TRAP = "homepage"

#: what the secret of a draft is called in a browser, where all is encrypted and where it is not
HOST_NAME, PLAIN_NAME = "__Host-tat-draft", "tat-draft"

BOTH = N_("Please answer both questions. Then we know whom to tell.")
LOOK = N_("One thing still stands in the way. What you wrote is still here.")
GONE = N_(
    "What you wrote before was kept for six hours and is gone. What you wrote on this page is still here: "
    "please fill in the rest again."
)


@routes.get("/report")
async def start(request: Request) -> Response:
    """Say whom to call in an emergency, and ask the first two questions; nothing is written down yet."""
    kept = await _kept(request)
    waiting = kept if kept is not None and not kept.sent else None
    return _start(request, {}, waiting=waiting)


@routes.post("/report")
async def begin(request: Request) -> Response:
    """Take the first two answers: where it is, and whether somebody is in danger; then the alarm goes out."""
    book, said = desk_of(request).book, await fields(request)
    site, danger, trapped = one(said, "site"), one(said, "danger"), bool(one(said, TRAP))
    if site not in book.pack.sites or danger not in ("yes", "no"):
        return _start(request, said, note=BOTH)
    secret, report_id = one(said, "draft") or drafts.new_secret(), ""
    if danger == "yes":
        fresh = receipts.once(book.clock())
        once = Once(fresh.sender, secret, fresh.expires_at)
        report_id = await told(receipts.begin, book, site, once=once, unseen_field=trapped)
    draft = Draft(site, danger == "yes", report_id, unseen_field=trapped)
    secret = await told(drafts.begin, book, secret, draft)
    return await _go_on(request, "what", secret)


@routes.get("/report/what")
@routes.get("/report/who")
@routes.get("/report/you")
@routes.get("/report/send")
async def show(request: Request) -> Response:
    """Show a step, with what was written in it so far."""
    draft, secret = await _kept(request), _secret(request)
    if draft is None or draft.sent:
        return RedirectResponse("/report/receipt" if draft else "/report", HTTPStatus.SEE_OTHER)
    return await _step(request, _step_of(request), secret, draft)


@routes.post("/report/what")
@routes.post("/report/who")
@routes.post("/report/you")
async def save(request: Request) -> Response:
    """Save a step, and go on to the next or back; what was said of a danger is on record at once."""
    book, said, step = desk_of(request).book, await fields(request), _step_of(request)
    secret, own = one(said, "draft"), {name: said.get(name, []) for name in STEPS[step]}
    try:
        draft = await told(drafts.keep, book, secret, own)
    except UnknownRecord:
        return await _anew(request, step, said, own)
    except Refused:
        return await _go_on(request, "receipt", secret)
    found = wanting(step, draft.said, here(book, draft.site))
    if draft.imminent:
        await told(_write_down, book, draft, found)
    if one(said, "to") == "back":
        return await _go_on(request, _beside(step, -1), secret)
    if found:
        return await _step(request, step, secret, draft, found)
    return await _go_on(request, _beside(step, 1), secret)


@routes.post("/report/send")
async def send(request: Request) -> Response:
    """Take the report in, once however often the button is pressed."""
    book, said = desk_of(request).book, await fields(request)
    secret = one(said, "draft")
    draft = await told(drafts.read, book, secret)
    if draft is None:
        return _start(request, {}, note=GONE)
    for step in () if draft.sent else STEPS:
        found = wanting(step, draft.said, here(book, draft.site))
        if found:
            return await _step(request, step, secret, draft, found)
    if not draft.sent:
        if not draft.imminent:
            must_be_within(request, "reports", REPORTS)
        try:
            content = read(draft.said, draft.site, book, imminent=draft.imminent)
        except BadInput:
            return await _step(request, "what", secret, draft, {"behavior_of_concern": LOOK})
        await told(drafts.send, book, secret, content)
    return await _go_on(request, "receipt", secret)


@routes.get("/report/receipt")
async def show_receipt(request: Request) -> Response:
    """Show number and secret of what was just sent; a few minutes later they are shown no more."""
    draft = await _kept(request)
    if draft is None or not draft.sent:
        return RedirectResponse("/report", HTTPStatus.SEE_OTHER)
    return _receipt(request, draft, _secret(request))


@routes.post("/report/discard")
async def discard(request: Request) -> Response:
    """Throw away what was written, and let the browser forget it: somebody shares it."""
    said = await fields(request)
    secret = one(said, "draft") or _secret(request)
    draft = await told(drafts.read, desk_of(request).book, secret)
    await told(drafts.discard, desk_of(request).book, secret)
    values = {
        "title": N_("Nothing is kept on this device"),
        "alarmed": bool(draft and draft.imminent),
        "path": "/report",
    }
    response = public(request, "report/thrown_away", values)
    response.delete_cookie(_cookie(request), path="/", secure=is_encrypted(request), httponly=True)
    return response


def _start(request: Request, said: Said, *, note: str = "", waiting: Draft | None = None) -> Response:
    mine = _secret(request)
    secret = one(said, "draft") or (mine if not waiting else "") or drafts.new_secret()
    values = {
        "title": N_("Report a concern"),
        "said": said,
        "note": note,
        "waiting": waiting,
        "draft": secret,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    response = public(request, "report/start", values, status)
    if not waiting:
        _keep(request, response, secret)
    return response


async def _step(
    request: Request, step: str, secret: str, draft: Draft, found: Mapping[str, str] | None = None
) -> Response:
    """A step, with what was said in it so far: nothing is lost that somebody wrote."""
    book = desk_of(request).book
    values = {
        "title": _TITLES[step],
        "step": step,
        "steps": _TITLES,
        "site": book.pack.site(draft.site),
        "site_code": draft.site,
        "draft": secret,
        "imminent": draft.imminent,
        "alarmed": await told(phone_now, book, draft.site) if draft.imminent else None,
        "said": draft.said,
        "found": found or {},
        "today": here(book, draft.site).today,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found else HTTPStatus.OK
    return public(request, f"report/{step}", values, status)


_TITLES: Mapping[str, str] = {
    "what": N_("What happened?"),
    "who": N_("Who is it about?"),
    "you": N_("About you"),
    "send": N_("Look it over and send it"),
}


async def _anew(request: Request, step: str, said: Said, own: Said) -> Response:
    """Go on with a page whose draft is gone: what stands on it is kept anew."""
    book, site = desk_of(request).book, one(said, "site")
    if site not in book.pack.sites:
        return _start(request, {}, note=GONE)
    draft = Draft(site, said=own)
    secret = await told(drafts.begin, book, "", draft)
    response = await _step(request, step, secret, draft, {step: GONE})
    _keep(request, response, secret)
    return response


async def _go_on(request: Request, step: str, secret: str) -> Response:
    """Lead to a step by its address; a browser that keeps no secret for us gets the page at once."""
    if request.cookies:
        response: Response = RedirectResponse(f"/report/{step}", HTTPStatus.SEE_OTHER)
    else:
        draft = await told(drafts.read, desk_of(request).book, secret)
        if draft is None:
            return _start(request, {}, note=GONE)
        response = (
            _receipt(request, draft, secret) if draft.sent else await _step(request, step, secret, draft)
        )
    _keep(request, response, secret)
    return response


def _receipt(request: Request, draft: Draft, secret: str) -> Response:
    book = desk_of(request).book
    values = {
        "title": N_("Thank you. Your report is here."),
        "receipt": receipts.number_of(draft.report_id),
        "secret": receipts.secret_of(book.vault, draft.report_id),
        "draft": secret,
        "returning": f"{desk_of(request).settings.base_url.rstrip('/')}/report/return",
    }
    return public(request, "report/receipt", values)


def _write_down(book: Casebook, draft: Draft, found: Mapping[str, str]) -> None:
    """Put on record what was said so far of a danger whose alarm is out, but for what does not fit yet."""
    fits = {name: answers for name, answers in draft.said.items() if name not in found}
    try:
        begun.write_down(book, draft.report_id, read(fits, draft.site, book, imminent=True), by=REPORTER)
    except Refused:
        # It is finished, from another window: what is written here is added to it when it is sent.
        return


async def _kept(request: Request) -> Draft | None:
    secret = _secret(request)
    return await told(drafts.read, desk_of(request).book, secret) if secret else None


def _step_of(request: Request) -> str:
    return request.url.path.rpartition("/")[2]


def _beside(step: str, by: int) -> str:
    steps = list(STEPS)
    return steps[max(0, steps.index(step) + by)]


def _cookie(request: Request) -> str:
    return HOST_NAME if is_encrypted(request) else PLAIN_NAME


def _secret(request: Request) -> str:
    return request.cookies.get(_cookie(request), "")


def _keep(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep the draft's secret until it is closed; no script and no other site gets at it."""
    response.set_cookie(
        _cookie(request), secret, path="/", secure=is_encrypted(request), httponly=True, samesite="strict"
    )
