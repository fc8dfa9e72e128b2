"""The team, its members' accounts, and its tokens."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from console.api.call import Call
from states.access import Act, Actor, permit
from states.casebook import Casebook
from states.casebook.accounts import making, tokens
from states.casebook.reading import meetings
from states.casebook.rearranging import of_team
from states.casebook.team import ending, members, reaching, reviews
from states.contents.team import MemberContent, ReviewContent
from states.errors import BadInput, UnknownRecord
from states.policy.reading import load_pack
from states.settings import Settings
from states.vocabulary.people import Role
from states.vocabulary.programs import Scope


def listed(book: Casebook, *, by: Actor) -> list[dict[str, Any]]:
    """The team's members, and how each is reached."""
    permit(by, Act.SEE_TEAM)
    return [
        {
            "id": person.id,
            "name": content.name,
            "roles": sorted(person.roles),
            "offices": sorted(person.offices),
            "address": content.address,
            "phone": content.phone,
        }
        for person, content in members.members(book, by=by)
    ]


def enrol(
    book: Casebook,
    member_id: str,
    entry: MemberContent,
    *,
    by: Actor,
    offices: Collection[str] = (),
    roles: Collection[Role] = (Role.MEMBER,),
) -> None:
    """Enrol a member, by somebody who may."""
    members.enrol(book, member_id, entry, by=by, offices=offices, roles=roles)


def review(
    book: Casebook,
    review: ReviewContent,
    *,
    by: Actor,
    effective_at: datetime,
    approved_by: str = "",
    in_force: bool = False,
    coming: bool = False,
    settings: Settings,
) -> str:
    """Enter a review of the plan; of the version of the policy in force or coming, where one is named."""
    if in_force and coming:
        raise BadInput("A review is of one version: in_force or coming. Nothing was written.")
    pack = book.pack if in_force else None
    if coming:
        permit(by, Act.RUN_TEAM)
        if not settings.pack_to_come:
            raise UnknownRecord("There is no next version of the plan. Nothing was written.")
        pack = load_pack(settings.pack_to_come)
    return reviews.record_review(
        book,
        review,
        by=by,
        effective_at=effective_at,
        approved_by=approved_by,
        pack=pack,
    )


def link(book: Casebook, member_id: str, *, by: Actor) -> str:
    """Half of the secret of a link by which a member sets their account up; they are mailed the other."""
    return making.link(book, member_id, by=by)


CALLS = (
    Call("GET /team", listed, "The team's members.", shown=list),
    Call("POST /team/{member_id}", enrol, "Enrol a member, or add to what they have.", scope=Scope.GRAVE),
    Call(
        "POST /team/{member_id}/change",
        members.change,
        "Change a member's entry; roles and offices that are given take the place of all that they had.",
        scope=Scope.GRAVE,
        example=lambda: {"given": {"phone": "575-555-0143"}},
    ),
    Call(
        "POST /team/{member_id}/end",
        ending.end,
        "End a membership; whoever takes over gets all that is still open.",
        scope=Scope.GRAVE,
        shown=lambda cases: {"cases": cases},
    ),
    Call("GET /coming-ends", ending.ahead, "The memberships that end on a day that has not come."),
    Call("GET /me", reaching.mine, "How the team reaches you."),
    Call(
        "POST /me",
        reaching.change,
        "Say how you are reached from now on; what is not sent stays as it is.",
        scope=Scope.GRAVE,
        example=lambda: {"phone": "575-555-0143"},
    ),
    Call("GET /meetings", meetings.listed, "The meetings ahead, and those that were held."),
    Call("GET /reviews", reviews.listed, "The record of reviews and revisions of the plan."),
    Call("POST /reviews", review, "Enter a review of the plan into the record.", scope=Scope.TEAM),
    Call(
        "POST /reviews/{review_id}/approval",
        reviews.approve,
        "Put on record who gave a review its final approval.",
        scope=Scope.TEAM,
    ),
    Call(
        "POST /team-records/{record_id}/correction",
        of_team.put_right,
        "Correct a review, an agreement or minutes of the semester's; what it said before stays on record.",
        scope=Scope.TEAM,
        gives="id",
        example=lambda: {"given": {"partner": "County Sheriff"}, "because": "Misspelt."},
    ),
    Call("GET /accounts", making.accounts, "The accounts, and how many sessions of each are open."),
    Call(
        "POST /accounts/{member_id}/link",
        link,
        "Give a link by which a member sets up password and second factor.",
        gives="secret",
        scope=Scope.GRAVE,
    ),
    Call(
        "POST /accounts/{member_id}/reset",
        making.reset,
        "Let nothing sign a member in any more that did so far, and give half of a new link.",
        gives="secret",
        scope=Scope.GRAVE,
    ),
    Call(
        "POST /accounts/{member_id}/unlocking",
        making.unlock,
        "Let an account rest no more, as its owner says who they are.",
        scope=Scope.GRAVE,
    ),
    Call(
        "POST /accounts/{member_id}/sessions-end",
        making.end_all_sessions,
        "End every session and token of a member's: a phone or laptop is lost.",
        scope=Scope.GRAVE,
    ),
    Call("GET /tokens", tokens.tokens, "Your tokens; whoever runs accounts sees everybody's."),
    Call("POST /tokens/{token_id}/revocation", tokens.revoke, "End a token at once."),
)
