"""An instrument of the plan on a page: entered, changed or taken out, for the next version (W-05, W-46)."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from console.shown.admin.instrument_form import MOST_FIELDS, asked, trimmed
from console.shown.admin.instrument_made import code_of, made
from console.shown.case.asked.fields import Said
from console.web.admin.policy import INSTRUMENTS, NEXT
from console.web.cases.looking import Look, refused
from console.web.moments import here
from console.web.pages import desk_of, fields, page, router
from console.web.visitors import SignedIn
from notifications.messages.rendering import check_templates
from states.access import Act, permit
from states.casebook.accounts.sessions import Visitor
from states.casebook.team.approval import named
from states.casebook.team.upkeep import instruments, versions
from states.casebook.team.upkeep.versions import NotInOrder
from states.errors import BadInput, BadPolicy, NotPermitted, Refused, UnknownRecord
from states.policy.instruments import Instrument
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.threads import told
from tasks.desk import Desk

routes = router()

#: where one is entered
ADD = f"{INSTRUMENTS}/add"


@dataclass(frozen=True, slots=True)
class _Changed:
    """What is changed.

    Args:
        pack: the newest version of the plan.
        in_force: what the version in force is called.
        code: what the plan names the instrument by; empty: it is a new one.
        instrument: what it is so far; None: it is a new one.
        version: what the next version is called, unless somebody calls it something else.
    """

    pack: Pack
    in_force: str
    code: str
    instrument: Instrument | None
    version: str

    def look(self, said: Said) -> Look:
        """The form, with what was answered."""
        first = asked(said, self.instrument, self.version)
        kept = trimmed(first, said)
        return Look(asked(kept, self.instrument, self.version), kept)


@routes.get(ADD)
async def ask(request: Request, visitor: SignedIn) -> Response:
    """Ask what an instrument is.

    Raises:
        NotPermitted: they do not run the team.
    """
    changed = await _opened(request, visitor)
    return _shown(request, visitor, changed, changed.look({}))


@routes.post(ADD)
async def enter(request: Request, visitor: SignedIn) -> Response:
    """Enter an instrument, and lead to what the next version differs in; or say what would help.

    Raises:
        NotPermitted: they do not run the team.
    """
    return await _answered(request, visitor, await _opened(request, visitor))


@routes.get(INSTRUMENTS + "/change/{code}")
async def show(request: Request, code: str, visitor: SignedIn) -> Response:
    """Show an instrument, to be changed or taken out.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: the newest version has no such instrument.
    """
    changed = await _opened(request, visitor, code)
    return _shown(request, visitor, changed, changed.look({}))


@routes.post(INSTRUMENTS + "/change/{code}")
async def change(request: Request, code: str, visitor: SignedIn) -> Response:
    """Change an instrument or take it out, and lead to what the next version differs in.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: the newest version has no such instrument.
    """
    return await _answered(request, visitor, await _opened(request, visitor, code))


async def _opened(request: Request, visitor: Visitor, code: str = "") -> _Changed:
    permit(visitor.actor, Act.RUN_TEAM)
    desk = desk_of(request)
    try:
        pack = await told(versions.newest, desk.settings)
    except BadPolicy:
        raise Refused(
            "The next version, which was handed in, is not in order for this release. Nothing was changed: "
            "see on its page what is wrong with it, and take it back or hand in another."
        ) from None
    if code and code not in pack.instruments:
        raise UnknownRecord("There is no such instrument in the plan.")
    in_force = (await told(load_pack, desk.settings.pack_in_force)).version
    version = pack.version if pack.version != in_force else _fresh(desk, in_force)
    return _Changed(pack, in_force, code, pack.instruments.get(code), version)


def _fresh(desk: Desk, in_force: str) -> str:
    """What the next version is called, if nobody calls it something else: by its day."""
    day = here(desk.book).now.astimezone(here(desk.book).zone).date().isoformat()
    names = (day if number == 1 else f"{day}-{number}" for number in count(1))
    return next(each for each in names if each != in_force)


async def _answered(request: Request, visitor: Visitor, changed: _Changed) -> Response:
    said = await fields(request, MOST_FIELDS)
    look, go = changed.look(said), said.get("go", [""])[0]
    if go == "more":
        return _shown(request, visitor, changed, look)
    version = said.get("version", [""])[0].strip()
    instrument, wrong = (
        (None, dict[str, str]())
        if go == "out"
        else await told(made, look.fields, look.said, changed.instrument)
    )
    if version in ("", changed.in_force):
        wrong["version"] = "What the next version is called: give it another name than the version in force."
    if wrong:
        return _shown(request, visitor, changed, replace(look, beside=wrong))
    code = changed.code or code_of("" if instrument is None else instrument.title, changed.pack.instruments)
    try:
        await told(
            instruments.put,
            desk_of(request).book,
            desk_of(request).settings,
            code,
            instrument,
            version=version,
            # A form that does not say which version it was filled in for was for none.
            of=said.get("of", [""])[0] or "none",
            by=visitor.actor,
            try_templates=check_templates,
        )
    except (NotPermitted, UnknownRecord):
        raise
    except NotInOrder as problem:
        return _shown(request, visitor, changed, replace(look, problems=tuple(problem.problems)))
    except (BadInput, Refused) as refusal:
        return _shown(request, visitor, await _opened(request, visitor, changed.code), refused(look, refusal))
    return RedirectResponse(NEXT, HTTPStatus.SEE_OTHER)


def _shown(request: Request, visitor: Visitor, changed: _Changed, look: Look) -> Response:
    wrong = bool(look.beside or look.problems)
    values = {
        "title": "Enter an instrument" if changed.instrument is None else changed.instrument.title,
        "note": wrong,
        "look": look,
        "is_new": changed.instrument is None,
        "of": changed.pack.digest,
        "newest": named(changed.pack),
        "handed_in": bool(desk_of(request).settings.pack_to_come),
        "at": f"{INSTRUMENTS}/change/{changed.code}" if changed.code else ADD,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return page(request, "admin/instrument", values, visitor=visitor, status=status)
