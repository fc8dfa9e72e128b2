"""The plan in force as a committee reads it, part by part; its approval; another version beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.admin import process_table
from console.shown.admin.policy import (
    Change,
    Section,
    TemplateChange,
    changes,
    hits,
    sections,
    templates_changed,
)
from console.web.pages import desk_of, form, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.casebook.accounts.sessions import Visitor
from states.casebook.reading import other_policy
from states.casebook.reading.other_policy import OtherPolicy
from states.casebook.team import approval
from states.casebook.team.approval import named
from states.casebook.team.upkeep import versions
from states.errors import BadPolicy, UnknownRecord
from states.policy import placeholders
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.threads import told
from states.vocabulary.spelling import words
from tasks.desk import Desk
from tasks.drafts.link_paths import POLICY

routes = router()

#: where the instruments of the plan are
INSTRUMENTS = f"{POLICY}/instruments"

#: where the other version is
NEXT = f"{POLICY}/next"

#: how many entries are shown that hold the words that somebody looks for
MOST = 100

#: how many clocks and steps of open cases are shown that the other version would change, of each
MOST_IN_CASES = 60


@dataclass(frozen=True, slots=True)
class Differing:
    """A part of the plan in which something differs."""

    section: Section
    changes: tuple[Change, ...]


@routes.get(POLICY)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show what the plan in force is made of, and how it stands with its approval."""
    return await plan(request, visitor)


@routes.post(POLICY)
async def find(request: Request, visitor: SignedIn) -> Response:
    """Show where some words stand in it; no address holds what somebody typed."""
    return await plan(request, visitor, (await form(request)).get("find", "").strip())


async def plan(
    request: Request, visitor: Visitor, wanted: str = "", *, wrong: Sequence[str] = (), said: str = ""
) -> Response:
    """The page of the plan in force.

    Args:
        request: what is answered.
        visitor: who looks.
        wanted: the words that they look for.
        wrong: what is wrong with the version that they handed in.
        said: what else is to be said first.
    """
    desk, by = desk_of(request), visitor.actor
    pack = desk.book.pack
    parts = sections(pack)
    found = hits(parts, wanted) if wanted else ()
    values = {
        "title": "The plan in force",
        "pack": pack,
        "parts": parts,
        "wanted": wanted,
        "found": _first(found),
        "count": sum(len(part.entries) for part in found),
        "most": MOST,
        "approval": await told(approval.standing, desk.book, by=by),
        "placeholders": placeholders.of_pack(pack),
        "runs": _runs(by),
        "next": desk.settings.pack_to_come,
        "wrong": wrong[:MOST],
        "wrong_in_all": len(wrong),
        "said": said,
        "comes": await told(_comes, desk),
        "today": _today(desk).isoformat(),
        "zone": ZoneInfo(pack.home.timezone),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or said else HTTPStatus.OK
    return page(request, "admin/policy", values, visitor=visitor, status=status)


@routes.get(NEXT)
async def show_next(request: Request, visitor: SignedIn) -> Response:
    """Show the version that was handed in, or that the settings name: where it differs, what it would change.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: none was handed in, and the settings name none.
    """
    desk = _permitted(request, visitor)
    pack, by = desk.book.pack, visitor.actor
    values: dict[str, object] = {
        "title": "The next version",
        "wrong": "",
        "pack": pack,
        "named": named,
        "handed_in": desk.settings.next_policy_file.exists(),
        "most": MOST_IN_CASES,
        "today": _today(desk).isoformat(),
        "zone": ZoneInfo(pack.home.timezone),
    }
    try:
        other = await told(load_pack, desk.settings.pack_to_come)
        found = await told(_differing, pack, other)
        values |= {"other": other, "parts": found, "would": await told(_would, desk, other, by)}
        values |= {
            "templates": (templates := templates_changed(pack, other)),
            "revised": _revised(other, found, templates),
            "approval": await told(approval.standing, desk.book, by=by, pack=other),
        }
    except BadPolicy as problem:
        # Where it lies is for those who keep the machine.
        values["wrong"] = str(problem).removeprefix(f"{problem.file}: ")
    return page(request, "admin/next_policy", values, visitor=visitor)


@routes.get(NEXT + "/{part}")
async def show_next_part(request: Request, part: str, visitor: SignedIn) -> Response:
    """Show what differs in a part of the plan, in both wordings.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: there is no other version, or nothing differs there.
    """
    desk = _permitted(request, visitor)
    pack = desk.book.pack
    try:
        other = await told(load_pack, desk.settings.pack_to_come)
    except BadPolicy:
        raise UnknownRecord("The other version is not in order.") from None
    parts = await told(_differing, pack, other)
    chosen = [each for each in parts if each.section.code == part]
    if not chosen:
        raise UnknownRecord("Nothing differs there.")
    values = {
        "title": f"The next version: {chosen[0].section.title}",
        "part": chosen[0],
        "parts": parts,
        "force": named(pack),
        "other": named(other),
        "changeable": await _changeable(desk, visitor.actor) if part == "instruments" else {},
    }
    return page(request, "admin/next_part", values, visitor=visitor)


@routes.get(POLICY + "/process")
async def show_process(request: Request, visitor: SignedIn) -> Response:
    """Show the process that each case takes, step by step: what it needs, and what it owes then."""
    values = {"title": "How a case goes", "steps": process_table.steps(words, folds=True)}
    return page(request, "admin/process", values, visitor=visitor)


@routes.get(POLICY + "/{part}")
async def show_part(request: Request, part: str, visitor: SignedIn) -> Response:
    """Show a part of the plan in force, entry by entry.

    Raises:
        UnknownRecord: it has no such part.
    """
    pack = desk_of(request).book.pack
    parts = sections(pack)
    codes = [each.code for each in parts]
    if part not in codes:
        raise UnknownRecord("The plan has no such part.")
    place = codes.index(part)
    values = {
        "title": parts[place].title,
        "pack": pack,
        "part": parts[place],
        "before": parts[place - 1] if place else None,
        "after": parts[place + 1] if place + 1 < len(parts) else None,
        "named": named(pack),
        "changeable": await _changeable(desk_of(request), visitor.actor) if part == "instruments" else {},
        "runs": _runs(visitor.actor),
    }
    return page(request, "admin/policy_part", values, visitor=visitor)


def _runs(by: Actor) -> bool:
    return not by.roles.isdisjoint(MAY[Act.RUN_TEAM])


async def _changeable(desk: Desk, by: Actor) -> dict[str, str]:
    """The titles of the instruments that somebody may change on a page, by code: of the newest version."""
    try:
        newest = await told(versions.newest, desk.settings) if _runs(by) else None
    except BadPolicy:
        return {}
    return {code: each.title for code, each in newest.instruments.items()} if newest else {}


def _permitted(request: Request, visitor: Visitor) -> Desk:
    permit(visitor.actor, Act.RUN_TEAM)
    desk = desk_of(request)
    if not desk.settings.pack_to_come:
        raise UnknownRecord("No other version was handed in, and TAT_NEXT_PACK names none.")
    return desk


def _comes(desk: Desk) -> str:
    """The version that was put in force, and that not everything goes by yet; empty: everything does."""
    in_force = load_pack(desk.settings.pack_in_force)
    return "" if in_force.file == desk.book.pack.file else named(in_force)


def _first(found: Sequence[Section]) -> list[Section]:
    """As many of the entries that were found as a page shows."""
    shown, left = list[Section](), MOST
    for part in found:
        if left:
            shown.append(Section(part.code, part.title, part.entries[:left]))
            left -= len(shown[-1].entries)
    return shown


def _differing(pack: Pack, other: Pack) -> list[Differing]:
    grouped = groupby(changes(pack, other), key=lambda change: change.section)
    return [Differing(section, tuple(each)) for section, each in grouped]


def _would(desk: Desk, other: Pack, by: Actor) -> OtherPolicy:
    return other_policy.under(desk.book, other, by=by)


def _revised(other: Pack, found: Sequence[Differing], templates: Sequence[TemplateChange]) -> str:
    """What the record of reviews is proposed to say of the other version."""
    words_of = [f"words of messages ({', '.join(each.name for each in templates)})"] if templates else []
    parts = ", ".join([*(each.section.title for each in found), *words_of]) or "nothing"
    return f"Policy pack, version {named(other)}. Revised: {parts}."


def _today(desk: Desk) -> date:
    return desk.book.clock().astimezone(ZoneInfo(desk.book.pack.home.timezone)).date()
