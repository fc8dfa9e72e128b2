"""The versions of the plan: given as files, handed in, taken back, put in force, approved or not (W-46)."""

from dataclasses import dataclass

from console.api.call import Call
from notifications.messages.rendering import check_templates
from states.access import Act, Actor, permit
from states.casebook import Casebook
from states.casebook.protecting.attachments import Document
from states.casebook.team import approval
from states.casebook.team.upkeep import versions
from states.errors import UnknownRecord
from states.policy.pack import Pack
from states.policy.reading import load_pack
from states.settings import Settings
from states.vocabulary.programs import Scope


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the plan.

    Args:
        version: what it is called.
        digest: what it is known by.
    """

    version: str
    digest: str


def approved(book: Casebook, *, by: Actor) -> approval.Approval:
    """How the version of the policy in force stands with the body that approves it."""
    return approval.standing(book, by=by)


def next_approved(book: Casebook, settings: Settings, *, by: Actor) -> approval.Approval:
    """How the next version stands with it."""
    return approval.standing(book, by=by, pack=_next(settings, by))


def plan(book: Casebook, *, by: Actor) -> Document:
    """The plan in force as a zip."""
    permit(by, Act.RUN_TEAM)
    return _zipped(book.pack)


def next_plan(_book: Casebook, settings: Settings, *, by: Actor) -> Document:
    """The next version as a zip."""
    return _zipped(_next(settings, by))


def hand_in(book: Casebook, settings: Settings, plan: bytes, *, by: Actor) -> Version:
    """Keep the next version of the plan: a zip, or its ``pack.toml``."""
    pack = versions.hand_in(book, settings, plan, by=by, try_templates=check_templates)
    return Version(pack.version, pack.digest)


def take_back(book: Casebook, settings: Settings, *, by: Actor) -> None:
    """Take the version back that was handed in."""
    versions.take_back(book, settings, by=by)


def put_in_force(book: Casebook, settings: Settings, digest: str, *, by: Actor) -> Version:
    """Put the version in force that was handed in and approved."""
    pack = versions.put_in_force(book, settings, digest, by=by)
    return Version(pack.version, pack.digest)


def _next(settings: Settings, by: Actor) -> Pack:
    permit(by, Act.RUN_TEAM)
    if not settings.pack_to_come:
        raise UnknownRecord("There is no next version of the plan.")
    return load_pack(settings.pack_to_come)


def _zipped(pack: Pack) -> Document:
    return Document("application/zip", versions.download(pack))


CALLS = (
    Call("GET /policy", plan, "The plan in force as a zip, to be changed and handed in."),
    Call("GET /policy/approval", approved, "Whether the version of the policy in force is approved."),
    Call("GET /policy/next", next_plan, "The next version of the plan as a zip, to be changed further."),
    Call("GET /policy/next/approval", next_approved, "Whether the next version of the policy is approved."),
    Call(
        "POST /policy/next",
        hand_in,
        "Hand in the next version of the plan: a zip of the pack's folder, or its pack.toml.",
        scope=Scope.GRAVE,
    ),
    Call(
        "POST /policy/next/removal",
        take_back,
        "Take the version of the plan back that was handed in.",
        scope=Scope.GRAVE,
    ),
    Call(
        "POST /policy/next/in-force",
        put_in_force,
        "Put the version in force that was handed in and approved, by the digest that you read.",
        scope=Scope.GRAVE,
        example=lambda: {"digest": "0f" * 32},
    ),
)
