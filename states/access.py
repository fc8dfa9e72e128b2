"""Who may see or do what: by role, for members by the cases they are on, never in their own (W-39).

A member who is, or may be, subject, reporter or target of a case is kept out of it: for them there is no such
case. :mod:`states.casebook.standing.conflicts` finds them and writes it onto the case; here is what follows
from that.
"""

import os
import pwd
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, false, select

from states.errors import Missing, NoSuchCase, NotPermitted
from states.tables import Case, CaseViewer, table_of
from states.vocabulary.people import GuestWay, Role

#: what is said of every case that somebody cannot know of, whether it is there or not
NO_SUCH_CASE = "There is no case under that number, and nothing was written. `tat case list` shows yours."

#: the way of whoever types at the server's shell
SHELL = "shell"


@dataclass(frozen=True, slots=True)
class Origin:
    """By which way somebody who acts came in; the ledger keeps it with what they did.

    Args:
        via: the way: ``shell`` of the server, ``console``, or ``api``.
        os_account: of the shell, the operating system's account under which the command ran.
        token: of the API, the id of the token that came along.
        program: of the API, what the program or the system is called that has the token.
    """

    via: str
    os_account: str = ""
    token: str = ""
    program: str = ""

    @classmethod
    def shell(cls) -> "Origin":
        """This machine's shell: under which account it is, whoever types cannot choose."""
        try:
            account = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            account = str(os.getuid())
        return cls(SHELL, account)

    def told(self) -> dict[str, str]:
        """What an event tells of it."""
        return {name: said for name in self.__slots__ if (said := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who sees or does something.

    Args:
        id: a member's id, or an opaque word for people outside the team.
        roles: what the person is to the team.
        offices: codes of the offices the person speaks for.
        origin: by which way they came in; None: the software acts by itself, or nobody knows.
        at: the moment that they ask at, by which both SQL and Python judge what they are let to for a time;
            None: they are let to nothing for a time.
    """

    id: str
    roles: frozenset[Role]
    offices: frozenset[str] = field(default_factory=frozenset)
    origin: Origin | None = field(default=None, compare=False)
    at: datetime | None = field(default=None, compare=False)

    def came_by(self) -> dict[str, str]:
        """What an event tells of the way by which they came in."""
        return {} if self.origin is None else self.origin.told()

    def on(self, case: Case) -> bool:
        """Whether the person is on the case: by name, by office, for a time, or to screen it."""
        if self.id in case.kept_out:
            return False
        if guest_way(self, case) is GuestWay.EXPERT:
            return True
        if self.id in case.stand_ins or (case.outside and Role.OUTSIDE in self.roles):
            return True
        if case.lead is None and Role.INTAKE in self.roles:
            return True
        return self.id == case.lead or self.id in case.members or not self.offices.isdisjoint(case.offices)


#: the software itself, when what does an effect tells the casebook what came back
SYSTEM = Actor("system", frozenset({Role.SYSTEM}))

#: anybody who reports; who they are is part of the report, not of the ledger
REPORTER = Actor("reporter", frozenset({Role.REPORTER}))


class Act(StrEnum):
    """What people do besides the triggers of the process table."""

    REPORT = "report"
    LIST = "list"
    READ = "read"
    RECORD = "record"
    TAKE_IN = "take_in"
    ASSIGN = "assign"
    DECIDE_CONFLICT = "decide_conflict"
    ERASE = "erase"
    ALLOW_ERASURE = "allow_erasure"
    BREAK_GLASS = "break_glass"
    REVIEW_GLASS = "review_glass"
    RUN_TEAM = "run_team"
    RUN_ACCOUNTS = "run_accounts"
    KEEP_TRAINING = "keep_training"
    SIGN_IN = "sign_in"
    OPERATE = "operate"
    SEE_HEALTH = "see_health"
    AUDIT = "audit"
    AUDIT_READINGS = "audit_readings"
    LEARN = "learn"
    SEE_REPORTS = "see_reports"
    ANSWER_ALARMS = "answer_alarms"
    KNOW_CONFLICTS = "know_conflicts"
    SEE_WORK = "see_work"
    SEE_TEAM = "see_team"
    RUN = "run"


#: those whom no alarm is for
_APART = (Role.REPORTER, Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT)

#: who may do each act; a member only on the cases they are on
MAY: dict[Act, tuple[Role, ...]] = {
    Act.REPORT: tuple(Role),
    # That there is a case, and how it stands; not what is in it.
    Act.LIST: (Role.CHAIR, Role.MEMBER, Role.ONLOOKER, Role.CUSTODIAN, Role.OPERATOR),
    Act.READ: (Role.CHAIR, Role.MEMBER, Role.ONLOOKER, Role.CUSTODIAN),
    Act.RECORD: (Role.CHAIR, Role.MEMBER),
    # What came in and is of no case yet: rows of logs, and what could not be read at a door.
    Act.TAKE_IN: (Role.CHAIR, Role.INTAKE, Role.CUSTODIAN),
    Act.ASSIGN: (Role.CHAIR,),
    Act.DECIDE_CONFLICT: (Role.CHAIR,),
    Act.ERASE: (Role.CUSTODIAN,),
    Act.ALLOW_ERASURE: (Role.CHAIR,),
    # In an emergency, a case that they are not on; to read it, and nothing else.
    Act.BREAK_GLASS: (Role.MEMBER, Role.INTAKE, Role.DEPUTY),
    Act.REVIEW_GLASS: (Role.CHAIR, Role.CUSTODIAN),
    Act.RUN_TEAM: (Role.CHAIR, Role.CUSTODIAN),
    # Which training the members have had, and until when it counts.
    Act.KEEP_TRAINING: (Role.CHAIR, Role.CUSTODIAN, Role.ADMINISTRATOR),
    # Who comes into the console; not what they see there.
    Act.RUN_ACCOUNTS: (Role.CHAIR, Role.ADMINISTRATOR),
    Act.SIGN_IN: tuple(role for role in Role if role not in (Role.REPORTER, Role.SYSTEM)),
    Act.OPERATE: (Role.OPERATOR, Role.CHAIR, Role.SYSTEM),
    # Whether what the installation works with is in order, as codes, counts and times; of no case.
    Act.SEE_HEALTH: (Role.OPERATOR, Role.ADMINISTRATOR, Role.CHAIR, Role.SYSTEM),
    Act.AUDIT: (Role.CHAIR, Role.CUSTODIAN),
    # Who read in which case, as numbers and times.
    Act.AUDIT_READINGS: (Role.CHAIR, Role.CUSTODIAN, Role.AUDITOR),
    # Numbers about five people or more, of the cases that are there for them.
    Act.LEARN: (Role.CHAIR, Role.CUSTODIAN, Role.SYSTEM),
    # What the team says of a period as a whole, and that a second one of them agrees.
    Act.SEE_REPORTS: (Role.CHAIR, Role.CUSTODIAN, Role.MEMBER, Role.SYSTEM),
    # Codes and times only; whoever is called at night need not be on the case.
    Act.ANSWER_ALARMS: tuple(role for role in Role if role not in _APART),
    # Why somebody is kept out of a case: it may tell who reported (W-40).
    Act.KNOW_CONFLICTS: (Role.CHAIR, Role.CUSTODIAN),
    # What is owed and by when, as codes and times; a member of the cases they are on.
    Act.SEE_WORK: (Role.CHAIR, Role.MEMBER, Role.CUSTODIAN, Role.OPERATOR, Role.SYSTEM),
    # Who is on the team, not what they do.
    Act.SEE_TEAM: tuple(role for role in Role if role is not Role.REPORTER),
    # What the software does by itself: nobody does it in its place.
    Act.RUN: (Role.SYSTEM,),
}


#: those to whom their role alone shows no case, but who may be let to one
LET_IN = (Role.INTAKE, Role.DEPUTY, Role.OUTSIDE, Role.EXPERT)

#: what nobody is who lets people in
OPENS_CASES = frozenset(MAY[Act.READ]) | frozenset(LET_IN)

#: what the word of a member begins with for whom there is no such case
KEPT_OUT = "not:"

#: as whom intake sees a case that nobody leads yet, and somebody outside the team one that is theirs
_INTAKE, _OUTSIDE = "intake", "outside"

#: as whom somebody sees a case that is let to it for a time
_FOR_A_TIME = {GuestWay.EXPERT: "expert", GuestWay.BREAK_GLASS: "glass"}


class Hiding(Protocol):
    """A case, or its row, as far as it says for whom there is no such case."""

    kept_out: list[str]


def is_kept_out(actor: Actor, case: Hiding) -> bool:
    """Whether somebody sees and does nothing in a case, as if there were none (W-39)."""
    return actor.id in case.kept_out


def guest_way(actor: Actor, case: Case) -> GuestWay | None:
    """By which way somebody is let to a case for a time that is not over when they ask; None: by none."""
    way, until = case.guests.get(actor.id, ("", ""))
    if not way or actor.at is None or actor.at >= datetime.fromisoformat(until):
        return None
    return GuestWay(way)


def may_need_to_break_glass(actor: Actor) -> bool:
    """Whether somebody may break the glass of cases at all, and does not see every case as it is."""
    return not actor.roles.isdisjoint(MAY[Act.BREAK_GLASS]) and not sees_all(actor, Act.READ)


def looks_on(actor: Actor, case: Case) -> bool:
    """Whether somebody sees a case only because they opened it in an emergency."""
    return (
        guest_way(actor, case) is GuestWay.BREAK_GLASS
        and why_not(replace(actor, at=None), MAY[Act.READ], case) is not None
    )


def roles_on(actor: Actor, case: Case | None) -> frozenset[Role]:
    """What a person is in one case: none if kept out of it; whoever stands in for the chair is the chair.

    Intake is a member on the cases that nobody leads yet: it screens them. Whoever the chair brought onto the
    case is a member on it for as long as the chair says (W-50).

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
    if (case.outside and Role.OUTSIDE in roles) or (case.lead is None and Role.INTAKE in roles):
        roles.add(Role.MEMBER)
    way = guest_way(actor, case)
    if way is not None:
        roles.add(Role.MEMBER if way is GuestWay.EXPERT else Role.ONLOOKER)
    return frozenset(roles)


def may_work_on(actor: Actor, case: Case) -> bool:
    """Whether somebody can be given work in a case: whoever may not open it cannot lead it (W-02).

    Intake alone may open it only until somebody leads it.
    """
    lasting = replace(actor, roles=actor.roles - {Role.INTAKE})
    return not roles_on(lasting, case).isdisjoint(MAY[Act.RECORD])


def chairs(actor: Actor, case: Case | None) -> bool:
    """Whether somebody chairs the team, or stands in for the chair; on no case that they are kept out of."""
    return Role.CHAIR in roles_on(actor, case)


def leads(actor: Actor, case: Case) -> bool:
    """Whether somebody leads a case, or chairs in it."""
    return chairs(actor, case) or (case.lead is not None and actor.id == case.lead)


def works_on(actor: Actor, case: Case) -> bool:
    """Whether a case is somebody's work: they chair on it, or are a member on it."""
    return chairs(actor, case) or (Role.MEMBER in roles_on(actor, case) and actor.on(case))


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


def knows_of(actor: Actor, case: Case) -> bool:
    """Whether somebody may know that there is a case: it is theirs to read, or stands in their list."""
    return any(why_not(actor, MAY[act], case) is None for act in (Act.LIST, Act.READ))


def viewers(case: Case) -> dict[str, datetime | None]:
    """Who sees a case, or does not, in one word each, and until when: the facts of :func:`why_not`, for SQL.

    The casebook keeps them beside the case's row; :func:`seen` reads them. None: without an end.
    """
    by_name = case.members if case.lead is None else (case.lead, *case.members)
    lasting = (
        *(f"{KEPT_OUT}{member}" for member in case.kept_out),
        *(f"chair:{member}" for member in case.stand_ins),
        *(f"member:{member}" for member in by_name),
        *(f"office:{office}" for office in case.offices),
        *((_INTAKE,) if case.lead is None else ()),
        *((_OUTSIDE,) if case.outside else ()),
    )
    guests = {
        f"{_FOR_A_TIME[GuestWay(way)]}:{member}": datetime.fromisoformat(until)
        for member, (way, until) in case.guests.items()
    }
    return dict.fromkeys(lasting) | guests


def sees_all(actor: Actor, act: Act) -> bool:
    """Whether somebody may do an act on every case that they are not kept out of."""
    roles = frozenset(MAY[act])
    return not actor.roles.isdisjoint(roles if roles == set(Role) else roles - {Role.MEMBER})


def let_to(actor: Actor, act: Act) -> Select[Any]:
    """Ids of the cases that somebody is let to, for an act: by name, by office, for a time, or for another.

    Some come twice, and those that they are kept out of are among them.
    """
    roles, words = MAY[act], list[str]()
    if Role.CHAIR in roles or Role.MEMBER in roles:
        words.append(f"chair:{actor.id}")
    if Role.MEMBER in roles and Role.MEMBER in actor.roles:
        words += [f"member:{actor.id}", *(f"office:{office}" for office in sorted(actor.offices))]
    if Role.MEMBER in roles and Role.INTAKE in actor.roles:
        words.append(_INTAKE)
    if Role.MEMBER in roles and Role.OUTSIDE in actor.roles:
        words.append(_OUTSIDE)
    if Role.MEMBER in roles:
        words.append(f"{_FOR_A_TIME[GuestWay.EXPERT]}:{actor.id}")
    if Role.ONLOOKER in roles:
        words.append(f"{_FOR_A_TIME[GuestWay.BREAK_GLASS]}:{actor.id}")
    viewer = table_of(CaseViewer).alias()
    lasts: ColumnElement[bool] = viewer.c.until.is_(None)
    if actor.at is not None:
        lasts |= viewer.c.until > actor.at
    return select(viewer.c.case_id).where(viewer.c.who.in_(words) if words else false(), lasts)


def named(member: str) -> Select[Any]:
    """Ids of the cases that a member leads, is on by name, or was brought onto for a time, as SQL.

    It asks for no moment: until somebody ended it, a stay counts, and who may see a case is another question.
    """
    viewer = table_of(CaseViewer).alias()
    guest = f"{_FOR_A_TIME[GuestWay.EXPERT]}:{member}"
    return select(viewer.c.case_id).where(viewer.c.who.in_((f"member:{member}", guest)))


def hidden(actor: Actor) -> Select[Any]:
    """Ids of the cases that are not there for somebody, as SQL."""
    viewer = table_of(CaseViewer).alias()
    return select(viewer.c.case_id).where(viewer.c.who == f"{KEPT_OUT}{actor.id}")


def is_there(actor: Actor, case_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """That somebody is not kept out of a case, as SQL: :func:`is_kept_out`, the other way round.

    Args:
        actor: who looks.
        case_id: the column that names the case; what belongs to no case is there.
    """
    mine = hidden(actor)
    return ~mine.where(mine.selected_columns[0] == case_id).exists()


def seen(actor: Actor, act: Act, case_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """That somebody may do an act on a case, as SQL: :func:`why_not` gives no reason against it.

    Args:
        actor: who wants to.
        act: what.
        case_id: the column that names the case.
    """
    there = is_there(actor, case_id)
    if sees_all(actor, act):
        return there
    theirs = let_to(actor, act)
    return theirs.where(theirs.selected_columns[0] == case_id).exists() & there


def work_seen(actor: Actor, case_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """What is owed and by when that somebody sees, as SQL: of cases that they are on, and of none.

    Args:
        actor: who looks.
        case_id: the column that names the case; what belongs to no case is the team's.

    Raises:
        NotPermitted: their role shows no work.
    """
    if actor.roles.isdisjoint((*MAY[Act.SEE_WORK], *LET_IN)):
        raise NotPermitted("Your role does not show what is owed and by when; ask the chair.")
    theirs = seen(actor, Act.SEE_WORK, case_id)
    return theirs if sees_all(actor, Act.SEE_WORK) else case_id.is_(None) | theirs


def corrects(actor: Actor, case: Case, written_by: str) -> bool:
    """Whether somebody who may record on a case may correct an entry (:func:`correct`)."""
    nobodys = written_by in (REPORTER.id, SYSTEM.id)
    return nobodys or chairs(actor, case) or actor.id in (written_by, case.lead)


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
    if corrects(actor, case, written_by):
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
        NoSuchCase: they may not know of it: it is answered as one that is not there.
    """
    require(actor, MAY[act], case)


def require(actor: Actor, roles: Iterable[Role], case: Case | None) -> None:
    """Let somebody do what these roles may, or refuse, as :func:`permit` does."""
    refusal = why_not(actor, roles, case)
    if refusal is not None:
        if case is not None and not knows_of(actor, case):
            raise NoSuchCase(NO_SUCH_CASE)
        message = f"{refusal.sentence} Nothing was written or shown; ask {refusal.who}."
        raise NotPermitted(message)
