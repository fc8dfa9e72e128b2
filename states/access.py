"""Who may see or do what: by role, for members by the cases they are on, never in their own (W-39).

A member who is, or may be, subject, reporter or target of a case is kept out of it: for them there is no such
case. :mod:`states.casebook.conflicts` finds them and writes it onto the case; here is what follows from that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from states.errors import Missing, NotPermitted, UnknownRecord
from states.tables import Case
from states.vocabulary import Role

#: what is said of every case that somebody cannot know of, whether it is there or not
NO_SUCH_CASE = "There is no case under that number, and nothing was written. `tat case list` shows yours."


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who sees or does something.

    Args:
        id: a member's id, or an opaque word for people outside the team.
        roles: what the person is to the team.
        offices: codes of the offices the person speaks for.
    """

    id: str
    roles: frozenset[Role]
    offices: frozenset[str] = field(default_factory=frozenset)

    def on(self, case: Case) -> bool:
        """Whether the person is on the case: by name, by office, or because nobody is yet."""
        if self.id in case.kept_out:
            return False
        if case.lead is None or self.id in case.stand_ins or (case.outside and Role.OUTSIDE in self.roles):
            return True
        return self.id == case.lead or self.id in case.members or not self.offices.isdisjoint(case.offices)


#: the software itself, when a flow tells the casebook what came back
SYSTEM = Actor("system", frozenset({Role.SYSTEM}))

#: anybody who reports; who they are is part of the report, not of the ledger
REPORTER = Actor("reporter", frozenset({Role.REPORTER}))


class Act(StrEnum):
    """What people do besides the triggers of the process table."""

    REPORT = "report"
    READ = "read"
    RECORD = "record"
    ASSIGN = "assign"
    DECIDE_CONFLICT = "decide_conflict"
    ERASE = "erase"
    ALLOW_ERASURE = "allow_erasure"
    RUN_TEAM = "run_team"
    OPERATE = "operate"
    AUDIT = "audit"
    TELL_RESULT = "tell_result"
    ANSWER_ALARMS = "answer_alarms"


#: who may do each act; a member only on the cases they are on
MAY: dict[Act, tuple[Role, ...]] = {
    Act.REPORT: tuple(Role),
    Act.READ: (Role.CHAIR, Role.MEMBER, Role.CUSTODIAN),
    Act.RECORD: (Role.CHAIR, Role.MEMBER),
    Act.ASSIGN: (Role.CHAIR,),
    Act.DECIDE_CONFLICT: (Role.CHAIR,),
    Act.ERASE: (Role.CUSTODIAN,),
    Act.ALLOW_ERASURE: (Role.CHAIR,),
    Act.RUN_TEAM: (Role.CHAIR, Role.CUSTODIAN),
    Act.OPERATE: (Role.OPERATOR, Role.CHAIR, Role.SYSTEM),
    Act.AUDIT: (Role.CHAIR, Role.CUSTODIAN),
    Act.TELL_RESULT: (Role.SYSTEM,),
    # Codes and times only; whoever is called at night need not be on the case.
    Act.ANSWER_ALARMS: tuple(role for role in Role if role is not Role.REPORTER),
}


class Hiding(Protocol):
    """A case, or its row, as far as it says for whom there is no such case."""

    kept_out: list[str]


def is_kept_out(actor: Actor, case: Hiding) -> bool:
    """Whether somebody sees and does nothing in a case, as if there were none (W-39)."""
    return actor.id in case.kept_out


def roles_on(actor: Actor, case: Case | None) -> frozenset[Role]:
    """What a person is in one case: none if kept out of it; whoever stands in for the chair is the chair.

    Args:
        actor: the person.
        case: the case; None: the team as a whole.
    """
    if case is None:
        return actor.roles
    if is_kept_out(actor, case):
        return frozenset()
    roles = set(actor.roles)
    if actor.id in case.stand_ins:
        roles |= {Role.CHAIR, Role.MEMBER}
    if case.outside and Role.OUTSIDE in roles:
        roles.add(Role.MEMBER)
    return frozenset(roles)


def may_work_on(actor: Actor, case: Case) -> bool:
    """Whether somebody can be given work in a case: whoever may not open it cannot lead it (W-02)."""
    return not roles_on(actor, case).isdisjoint(MAY[Act.RECORD])


def why_not(actor: Actor, roles: Iterable[Role], case: Case | None) -> Missing | None:
    """Why somebody may not do what these roles may, or None when they may.

    Args:
        actor: who wants to.
        roles: the roles that may.
        case: the case it is about, if it is about one.
    """
    if case is not None and is_kept_out(actor, case):
        return Missing("permission", NO_SUCH_CASE, "nobody", "W-39")
    held = roles_on(actor, case).intersection(roles)
    if not held:
        allowed = " or ".join(sorted(roles))
        return Missing(
            "permission", f"Your role does not allow this; it is for: {allowed}.", "the chair", "W-39"
        )
    # What anybody may do, a member may do on any case: the alarm is never blocked.
    if held == {Role.MEMBER} and set(roles) != set(Role) and case is not None and not actor.on(case):
        return Missing("permission", "You are not on this case.", "the chair, by adding you", "W-39")
    return None


def correct(actor: Actor, case: Case, written_by: str) -> None:
    """Let somebody correct an entry: whoever wrote it, the case's lead, or the chair.

    What no member wrote themselves (a report, an answer) any member on the case may set right.

    Args:
        actor: who wants to; that they may record on this case is known.
        case: the case.
        written_by: who wrote the entry.

    Raises:
        NotPermitted: they may not; nothing was written.
    """
    nobodys = written_by in (REPORTER.id, SYSTEM.id)
    if nobodys or Role.CHAIR in actor.roles or actor.id in (written_by, case.lead):
        return
    message = (
        f"This entry is {written_by}'s: they, the case's lead or the chair correct it. Nothing was written: "
        "ask one of them, or add a note."
    )
    raise NotPermitted(message)


def permit(actor: Actor, act: Act, case: Case | None = None) -> None:
    """Let somebody do something, or refuse.

    Raises:
        NotPermitted: they may not; nothing was written.
        UnknownRecord: they are kept out of the case.
    """
    if case is not None and is_kept_out(actor, case):
        raise UnknownRecord(NO_SUCH_CASE)
    refusal = why_not(actor, MAY[act], case)
    if refusal is not None:
        message = f"{refusal.sentence} Nothing was written or shown; ask {refusal.who}."
        raise NotPermitted(message)
