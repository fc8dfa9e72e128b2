"""A report of concern, by anybody, without signing in and without a script (W-16); and the way back to it.

Two answers are enough to call the police: whether somebody is in danger, and where. The rest is written down
after them.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.phoning import phone_now
from console.web.pages import OpenRoute, desk_of, fields, page, router
from states.calendar.moments import Here
from states.casebook import Casebook
from states.casebook.effects.nonces import Once
from states.casebook.intake import receipts
from states.contents.reports import ReportContent
from states.errors import BadInput, Refused, UnknownRecord
from states.store.threads import told
from states.vocabulary.cases import ReportChannel
from states.vocabulary.danger import Ability, Behaviour, Danger, ThreatMeans, ThreatTiming
from states.vocabulary.people import Affiliation, IdentifierKind

routes = router(OpenRoute)

#: what a person may be looked up by, as the form asks for it
IDENTIFIERS: Mapping[IdentifierKind, str] = {
    IdentifierKind.CAMPUS_ID: "Campus identifier",
    IdentifierKind.EMPLOYEE_ID: "Employee number",
    IdentifierKind.EMAIL: "E-mail address",
    IdentifierKind.PHONE: "Phone number",
    IdentifierKind.LICENSE_PLATE: "License plate",
}

#: a field that nobody sees: who fills it in is a program, or a browser on somebody's behalf. A form that is
#: shown again has none, so that a person's second try is taken; a report of imminent danger always is.
TRAP = "homepage"
TRAPPED = (
    "This is not sent yet: a field that people do not see was filled in, as programs do. "
    "Please send it once more."
)

Said = Mapping[str, list[str]]


@routes.get("/report")
async def start(request: Request) -> Response:
    """Say whom to call in an emergency, and ask the first two questions."""
    return _start(request, desk_of(request).book, {})


@routes.post("/report")
async def begin(request: Request) -> Response:
    """Take the first two answers: where it is, and whether somebody is in danger; then the alarm goes out."""
    book, said = desk_of(request).book, await fields(request)
    site = _one(said, "site")
    danger, trapped = _one(said, "danger"), bool(_one(said, TRAP))
    if site not in book.pack.sites or danger not in ("yes", "no"):
        return _start(request, book, said, note="Please answer both questions.")
    if danger != "yes":
        return _start(request, book, said, note=TRAPPED) if trapped else _ask(request, book, site, {})
    once = _once(book, said)
    report_id = await told(receipts.begin, book, site, once=once, unseen_field=trapped)
    return _ask(request, book, site, {}, report_id=report_id, alarmed=await told(phone_now, book, site))


@routes.post("/report/form")
async def send(request: Request) -> Response:
    """Take the report in, and give a receipt."""
    book, said = desk_of(request).book, await fields(request)
    site, receipt, secret = (_one(said, name) for name in ("site", "receipt", "secret"))
    if site not in book.pack.sites:
        return _start(request, book, said, note="Please answer both questions.")
    known = {"receipt": receipt, "secret": secret} if receipt else {}
    if _one(said, TRAP) and not known:
        return _ask(request, book, site, said, note=TRAPPED)
    try:
        content = _read(said, site, book, imminent=bool(receipt))
        if receipt:
            report_id = await told(receipts.finish, book, receipt, secret, content)
        else:
            report_id = await told(receipts.send, book, content, once=_once(book, said))
    except BadInput as refused:
        return _ask(request, book, site, said, note=str(refused), known=known)
    except UnknownRecord:
        # What somebody wrote is not lost with the receipt that it was to go with.
        return _ask(request, book, site, said, note="This is not sent yet: please send it once more.")
    except Refused:
        return page(request, "report/sent", {"title": "Your report is here already"})
    values = {
        "title": "Thank you: your report is here",
        "receipt": receipts.number_of(report_id),
        "secret": receipts.secret_of(book.vault, report_id),
        "pack": book.pack,
    }
    return page(request, "report/receipt", values)


@routes.get("/report/return")
async def ask_for_receipt(request: Request) -> Response:
    """Ask a reporter who comes back for number and secret."""
    return page(request, "report/return", {"title": "Come back to your report", "note": ""})


@routes.post("/report/return")
async def come_back(request: Request) -> Response:
    """Say how far the report has come; take in what is added to it."""
    book, said = desk_of(request).book, await fields(request)
    receipt, secret, more = (_one(said, name) for name in ("receipt", "secret", "more"))
    added = False
    try:
        if more.strip():
            await told(receipts.add, book, receipt, secret, more, once=_once(book, said))
            added = True
        found = await told(receipts.returned, book, receipt, secret)
    except UnknownRecord as refused:
        asked = {"title": "Come back to your report", "note": str(refused)}
        return page(request, "report/return", asked, status=HTTPStatus.NOT_FOUND)
    except Refused:
        return page(request, "report/sent", {"title": "What you added is here already"})
    values: dict[str, object] = {
        "title": "Your report",
        "found": found,
        "receipt": receipt,
        "secret": secret,
        "added": added,
        "once": receipts.once(book.clock()).nonce,
        "zone": ZoneInfo(book.pack.home.timezone),
    }
    return page(request, "report/status", values)


def _start(request: Request, book: Casebook, said: Said, note: str = "") -> Response:
    values = {
        "title": "Report a concern",
        "pack": book.pack,
        "said": said,
        "note": note,
        "once": receipts.once(book.clock()).nonce,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "report/start", values, status=status)


def _one(said: Said, name: str) -> str:
    return said.get(name, [""])[0]


def _once(book: Casebook, said: Said) -> Once:
    fresh = receipts.once(book.clock())
    return Once(fresh.sender, _one(said, "once") or fresh.nonce, fresh.expires_at)


def _ask(
    request: Request,
    book: Casebook,
    site: str,
    said: Said,
    *,
    report_id: str = "",
    known: Mapping[str, str] | None = None,
    alarmed: Mapping[str, Any] | None = None,
    note: str = "",
) -> Response:
    """The form, with what was said in it so far: nothing is lost that somebody wrote."""
    if report_id:
        secret = receipts.secret_of(book.vault, report_id)
        known = {"receipt": receipts.number_of(report_id), "secret": secret}
    values = {
        "title": "The alarm is out. Phone now." if alarmed else "Report a concern",
        "pack": book.pack,
        "site": site,
        "said": said,
        "known": known or {},
        "alarmed": alarmed,
        "note": note,
        "once": _one(said, "once") or receipts.once(book.clock()).nonce,
        "identifiers": IDENTIFIERS,
        "behaviors": list(Behaviour),
        "means": list(ThreatMeans),
        "timing": list(ThreatTiming),
        "ability": list(Ability),
        "dangers": list(Danger),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note else HTTPStatus.OK
    return page(request, "report/form", values, status=status)


def _read(said: Said, site: str, book: Casebook, *, imminent: bool) -> ReportContent:
    """What a report says; a day may be given as people write it."""
    given: dict[str, Any] = {
        "behaviour_of_concern": _one(said, "behavior_of_concern"),
        "behaviours": said.get("behaviors", []),
        "occurred_at": _one(said, "occurred_at"),
        "specific_threat_or_event": _one(said, "specific_threat_or_event"),
        "imminent": imminent,
    }
    given |= {name: said[name] for name in ("means", "timing", "dangers") if name in said}
    optional = ("occurred_on", "threatened_for", "ability")
    given |= {name: _one(said, name) for name in optional if _one(said, name)}
    given |= {name: _one(said, name) != "no" for name in ("own_observation", "willing_to_talk")}
    given["private"] = _one(said, "private") == "yes"
    reporter = {part: _one(said, f"reporter_{part}") for part in ("name", "phone", "email")}
    has_other = _one(said, "has_other_contact") == "yes"
    given["reporter"] = reporter
    given["other_contact"] = (
        {part: _one(said, f"other_{part}") for part in ("name", "phone")} if has_other else {}
    )
    # The plan's form asks for the reporter; what is told without a name is a report all the same.
    named = reporter["name"].strip() and reporter["phone"].strip()
    given["channel"] = ReportChannel.FORM if named else ReportChannel.WRITTEN
    given["subject"] = {
        "site": site,
        "name": _one(said, "name"),
        "other_identification": _one(said, "other_identification"),
        "identifiers": {kind: _one(said, kind) for kind in IDENTIFIERS if _one(said, kind).strip()},
        "affiliations": said.get("affiliations", [Affiliation.UNKNOWN]),
        "unit": _one(said, "unit"),
    }
    here = Here(ZoneInfo(book.pack.site(site).timezone), book.clock())
    return ReportContent.read(given, here)
