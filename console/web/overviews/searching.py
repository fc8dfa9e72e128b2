"""Search: where the case is that I think of. What was typed is sent in a form, and stands in no address.

What was found has an address all the same, so that a browser goes back to it, and loads it anew, without
sending the form again: in it stands what was typed, sealed under a key that only the session's own secret
makes, which the browser keeps and nothing here does. When the session ends, nobody can open it any more.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from http import HTTPStatus
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.case.glance import SHAPES
from console.shown.hits import why
from console.web.overviews.narrowing import address, choices, chosen
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn, secret_of
from states.casebook.accounts.sessions import Visitor
from states.casebook.narrowing import Narrowed
from states.casebook.persons.searching import Hit, permit_search, search
from states.errors import BadInput, VaultLocked
from states.store.threads import told
from states.vault import DataKey
from states.vocabulary.cases import Level
from states.vocabulary.people import MatchReason

routes = router()


#: characters of what somebody looks for
LONGEST = 200

#: bytes of which what is sealed has once or several times as many, so that its length tells nothing
_PORTION = 256


@routes.get("/search")
async def ask(request: Request, visitor: SignedIn) -> Response:
    """Ask what is looked for, or show what was found, and why; a case's number in full opens the case.

    A link may say which cases are looked at, and nothing of whom.
    """
    permit_search(visitor.actor)
    book, by = desk_of(request).book, visitor.actor
    narrowed = chosen(request.query_params, book.pack, by)
    sealed = request.query_params.get("of", "")
    wanted = _opened(request, sealed)
    if wanted is None:
        return _page(request, visitor, narrowed, note=_ENDED if sealed else "")
    try:
        hits = await told(search, book, wanted, by=by, narrowed=narrowed)
    except BadInput as refused:
        return _page(request, visitor, narrowed, wanted=wanted, note=str(refused))
    if [hit.reasons for hit in hits] == [(MatchReason.CASE_NUMBER,)]:
        return RedirectResponse(f"/cases/{hits[0].number}", HTTPStatus.SEE_OTHER)
    return _page(request, visitor, narrowed, wanted=wanted, hits=hits)


@routes.post("/search")
async def find(request: Request, visitor: SignedIn) -> Response:
    """Lead to what is found by what was typed."""
    permit_search(visitor.actor)
    said = await form(request)
    narrowed = address(chosen(said, desk_of(request).book.pack, visitor.actor))
    sealed = _sealed(request, said.get("wanted", "")[:LONGEST])
    return RedirectResponse(f"/search?{urlencode({**narrowed, 'of': sealed})}", HTTPStatus.SEE_OTHER)


def _sealed(request: Request, wanted: str) -> str:
    """What somebody looks for, as an address of their session holds it."""
    filled = " " * (-len(wanted.encode("utf-8", "surrogatepass")) % _PORTION)
    return urlsafe_b64encode(_key(request).seal(_SEARCH, "", {_SEARCH: wanted + filled})).decode()


def _opened(request: Request, sealed: str) -> str | None:
    """What was sealed; None: nothing, or not in this session."""
    try:
        return str(_key(request).open(_SEARCH, "", urlsafe_b64decode(sealed))[_SEARCH]).strip()
    except (ValueError, VaultLocked):
        return None


#: what is sealed; and what is said where it opens no more
_SEARCH = "search"
_ENDED = "That was looked for in a session that has ended: type it once more."


def _key(request: Request) -> DataKey:
    """The key of one session, which ends with it."""
    key = desk_of(request).book.vault.blind("key of a session", secret_of(request))
    return DataKey("session", bytes.fromhex(key))


def _page(
    request: Request,
    visitor: Visitor,
    narrowed: Narrowed,
    *,
    wanted: str = "",
    hits: list[Hit] | None = None,
    note: str = "",
) -> Response:
    pack = desk_of(request).book.pack
    values = {
        "title": "Search",
        "wanted": wanted,
        "hits": hits,
        "note": note,
        "why": why,
        "shapes": SHAPES,
        "level": Level,
        "zone": ZoneInfo(pack.home.timezone),
        **choices(narrowed, pack),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if note not in ("", _ENDED) else HTTPStatus.OK
    return page(request, "overviews/search", values, visitor=visitor, status=status)
