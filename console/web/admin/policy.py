"""The plan in force as a committee reads it, another version beside it, and how that one comes into force."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.shown.admin.policy import Change, changes, sections
from console.web.pages import ADMIN, desk_of, page, router
from console.web.visitors import SignedIn
from states.access import MAY, Act, Actor, permit
from states.casebook.reading import other_policy
from states.casebook.reading.other_policy import OtherPolicy
from states.casebook.team import reviews
from states.casebook.team.reviews import ReviewLine
from states.errors import BadPolicy, UnknownRecord
from states.policy import placeholders
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.store.threads import told
from tasks.desk import Desk

routes = router()

#: where it is
POLICY = f"{ADMIN}/policy"

#: digits of a pack's digest by which a review names it
NAMED_BY = 8


@dataclass(frozen=True, slots=True)
class Compared:
    """Another version beside the one in force.

    Args:
        pack: the other version.
        changes: what differs.
        would: what that would change in open cases.
    """

    pack: Pack
    changes: tuple[Change, ...]
    would: OtherPolicy


def named(pack: Pack) -> str:
    """What a version is called in the record of reviews, so that it is told from every other one."""
    return f"{pack.version} ({pack.digest[:NAMED_BY]})"


@routes.get(POLICY)
async def show(request: Request, visitor: SignedIn) -> Response:
    """Show the plan in force, entry by entry."""
    desk, by = desk_of(request), visitor.actor
    pack = desk.book.pack
    runs = not by.roles.isdisjoint(MAY[Act.RUN_TEAM])
    values = {
        "title": "The plan in force",
        "pack": pack,
        "named": named(pack),
        "sections": sections(pack),
        "review": await told(_review, desk, pack, by),
        "placeholders": placeholders.of_pack(pack),
        "runs": runs,
        "next": desk.settings.next_pack,
        "zone": ZoneInfo(pack.home.timezone),
    }
    return page(request, "admin/policy", values, visitor=visitor)


@routes.get(POLICY + "/next")
async def show_next(request: Request, visitor: SignedIn) -> Response:
    """Show the other version that the settings name beside the one in force, and what it would change.

    Raises:
        NotPermitted: they do not run the team.
        UnknownRecord: the settings name none.
    """
    permit(visitor.actor, Act.RUN_TEAM)
    desk = desk_of(request)
    if not desk.settings.next_pack:
        raise UnknownRecord("No other version is named: TAT_NEXT_PACK.")
    wrong, compared, review = "", None, None
    try:
        compared = await told(_compared, desk, visitor.actor)
        review = await told(_review, desk, compared.pack, visitor.actor)
    except BadPolicy as problem:
        # Where it lies is for those who keep the machine.
        wrong = str(problem).removeprefix(f"{problem.file}: ")
    pack = desk.book.pack
    values = {
        "title": "The next version",
        "pack": pack,
        "compared": compared,
        "named": named,
        "wrong": wrong,
        "review": review,
        "terms": pack.annual_review,
        "revised": _revised(compared) if compared else "",
        "today": _today(desk).isoformat(),
        "zone": ZoneInfo(pack.home.timezone),
    }
    return page(request, "admin/next_policy", values, visitor=visitor)


def _compared(desk: Desk, by: Actor) -> Compared:
    other = load_pack(desk.settings.next_pack)
    return Compared(other, changes(desk.book.pack, other), other_policy.under(desk.book, other, by=by))


def _review(desk: Desk, pack: Pack, by: Actor) -> ReviewLine | None:
    """The review on record that names a version; None: none does."""
    every = reviews.listed(desk.book, by=by)
    return next((line for line in every if named(pack) in line.sections_revised), None)


def _revised(compared: Compared) -> str:
    """What the record of reviews is proposed to say of the other version."""
    parts = ", ".join(dict.fromkeys(change.section for change in compared.changes)) or "nothing"
    return f"Policy pack, version {named(compared.pack)}. Revised: {parts}."


def _today(desk: Desk) -> date:
    return desk.book.clock().astimezone(ZoneInfo(desk.book.pack.home.timezone)).date()
