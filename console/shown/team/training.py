"""The team's training as people read it: who is current, and who is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.shown.case.asked.choosing import only
from console.shown.case.asked.fields import Ask, Field, Fields, Option, by_name
from states.casebook.team.upkeep.training import TrainingLine, TrainingRecord
from states.policy.pack import Pack
from states.policy.year import TrainingKind
from states.vocabulary.counts import plural
from states.vocabulary.effects import Clock


class Standing(StrEnum):
    """How a training of somebody's stands, what needs somebody first."""

    LAPSED = "lapsed"
    OVERDUE = "never had"
    MISSING = "not yet"
    SOON = "lapses soon"
    CURRENT = "current"


#: those that are good for now
GOOD = frozenset({Standing.SOON, Standing.CURRENT})


@dataclass(frozen=True, slots=True)
class Kept:
    """How one member stands with one kind of training.

    Args:
        title: what the training is called.
        standing: how it stands.
        line: the one that counts; None: they have had none.
        until: from when it counts no more, or by when they are to have had it; None: neither is known.
    """

    title: str
    standing: Standing
    line: TrainingLine | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """One member, and how they stand with each kind of training.

    Args:
        member: their id.
        name: their name.
        kept: each kind, in the pack's order.
        lines: all that they have had, newest first.
    """

    member: str
    name: str
    kept: tuple[Kept, ...]
    lines: tuple[TrainingLine, ...]

    @property
    def worst(self) -> Standing:
        """What of theirs needs somebody first."""
        order = list(Standing)
        return min((one.standing for one in self.kept), key=order.index, default=Standing.CURRENT)

    @property
    def is_current(self) -> bool:
        """Whether each training counts today."""
        return self.worst in GOOD


def board(record: TrainingRecord, names: Mapping[str, str], pack: Pack, now: datetime) -> list[Trained]:
    """Each member, those first of whom something lapsed or lacks; ``names`` are the members', by id."""
    terms = pack.reminders(Clock.TRAINING)
    soon = now + terms.remind_before.delta if terms else now
    counting = {(line.member, line.kind): line for line in record.lines if line.counts}
    never = {(one.member, one.kind): one.due_at for one in record.never_had}
    found = [
        Trained(
            member,
            names.get(member, member),
            tuple(
                _kept(kind.title, counting.get((member, code)), never.get((member, code)), soon, now)
                for code, kind in pack.training.items()
            ),
            tuple(line for line in record.lines if line.member == member),
        )
        for member in record.members
    ]
    order = list(Standing)
    return sorted(found, key=lambda one: (order.index(one.worst), one.name.casefold()))


def counted(found: Sequence[Trained]) -> str:
    """How many are current, and what the others lack, as a sentence."""
    lapsed, overdue, missing = (
        sum(any(kept.standing is standing for kept in one.kept) for one in found)
        for standing in (Standing.LAPSED, Standing.OVERDUE, Standing.MISSING)
    )
    current = sum(one.is_current for one in found)
    parts = [f"{current} of {len(found)} {plural(current, 'is', 'are')} current with everything"]
    if lapsed:
        parts.append(f"something of {lapsed} has lapsed")
    if overdue:
        parts.append(f"{overdue} never had something that they were to have by now")
    if missing:
        parts.append(f"{missing} {plural(missing, 'has', 'have')} not had something yet")
    return "; ".join(parts) + "."


def entering(pack: Pack, people: Iterable[tuple[str, str]], chosen: str = "") -> Fields:
    """What is asked of a training that somebody had.

    Args:
        pack: the policy in force.
        people: who may have had it: id and name of each; none: whoever enters it.
        chosen: id of whose it is, where that is known.
    """
    kinds = tuple(Option(code, kind.title) for code, kind in pack.training.items())
    who = by_name(Option(member, name) for member, name in people)
    whose = (Field("member", "Who had it", Ask.ONE, "", who, needed=True, given=(chosen,) if chosen else ()),)
    lasting = "; ".join(f"{kind.title}: {_lasts(kind)}" for kind in pack.training.values())
    return (
        *(whose if who else ()),
        Field("kind", "Which training", Ask.ONE, "", kinds, needed=True, given=only(kinds)),
        Field("done", "On which day", Ask.LINE, "As in Fri 27 Nov 2026.", needed=True),
        Field("lapses", "Until when it counts, if the certificate says so", Ask.LINE, f"Else: {lasting}."),
        Field("where", "Where, and with whom", Ask.LINE, "As in: state police academy, on line."),
    )


def _lasts(kind: TrainingKind) -> str:
    return "it does not lapse" if kind.lasts_days is None else f"{kind.lasts_days} days"


def _kept(
    title: str, line: TrainingLine | None, due_at: datetime | None, soon: datetime, now: datetime
) -> Kept:
    """How somebody stands with a kind; what lapses before ``soon`` does so soon."""
    if line is None:
        over = due_at is not None and due_at <= now
        return Kept(title, Standing.OVERDUE if over else Standing.MISSING, None, due_at)
    standing = Standing.CURRENT
    if line.lapses_at is not None and line.lapses_at <= soon:
        standing = Standing.LAPSED if line.lapses_at <= now else Standing.SOON
    return Kept(title, standing, line, line.lapses_at)
