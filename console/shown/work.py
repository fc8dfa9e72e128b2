"""What needs somebody now, as they read it: alarms first, then what is late, comes next, or is stuck."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.shown.case.glance import called
from notifications.messages.wording import TO_DO, in_words
from states.access import LET_IN, MAY, Act, Actor
from states.casebook import Casebook
from states.casebook.alarms import answers
from states.casebook.effects import listing
from states.casebook.reading.needs import Need, needs
from states.policy.terms import Phone
from states.vocabulary.effects import DeadlineStage, EffectKind, EffectStatus
from states.vocabulary.spelling import words


class Pressing(StrEnum):
    """How much a matter presses, most first."""

    ALARM = "alarm"
    LATE = "late"
    NEXT = "next"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that needs somebody.

    Args:
        pressing: how much.
        what: what it is, as a heading.
        do: what to do about it, as a sentence.
        why: why it is theirs, as a sentence.
        number: the case's number; empty: the team's own.
        site: name of the case's site; empty: the team's own.
        at: by when it is due, or since when it presses.
        zone: the time zone of the site.
        phones: whom to phone, each with the phone that one dials it from.
    """

    pressing: Pressing
    what: str
    do: str
    why: str
    number: str
    site: str
    at: datetime
    zone: tzinfo
    phones: tuple[Phone, ...] = ()


def matters(book: Casebook, by: Actor) -> list[Matter]:
    """What needs somebody now, as far as their roles show it; most urgent first."""
    return [*_alarms(book, by), *_clocks(book, by), *_stuck(book, by)]


def _may(by: Actor, act: Act) -> bool:
    return not by.roles.isdisjoint(MAY[act])


def _alarms(book: Casebook, by: Actor) -> Iterator[Matter]:
    if not _may(by, Act.ANSWER_ALARMS):
        return
    for alarm in answers.alarms(book, by=by, open_only=True, limit=20):
        site = book.pack.site(alarm.site)
        phones = " or ".join(map(str, site.police.emergency_phones))
        yield Matter(
            Pressing.ALARM,
            "Nobody has taken over an alarm",
            f"Phone {site.police.name}, {phones}; then enter who took over: `tat alarm take-over`.",
            "Others are called until somebody says that they took over.",
            alarm.number,
            site.name,
            alarm.sounded_at,
            ZoneInfo(site.timezone),
            site.police.emergency_phones,
        )


def _clocks(book: Casebook, by: Actor) -> Iterator[Matter]:
    if by.roles.isdisjoint((*MAY[Act.SEE_WORK], *LET_IN)):
        return
    for need in needs(book, by=by):
        late = need.due_at < book.clock()
        site = book.pack.site(need.site) if need.site else book.pack.home
        yield Matter(
            Pressing.LATE if late else Pressing.NEXT,
            _what(need, book),
            TO_DO[need.clock],
            _why(need, by),
            need.number,
            site.name if need.site else "",
            need.due_at,
            ZoneInfo(site.timezone),
        )


def _what(need: Need, book: Casebook) -> str:
    if need.office not in book.pack.office_codes:
        return called(need.clock)
    return f"{called(need.clock)}: {book.pack.office(need.office).name}"


def _why(need: Need, by: Actor) -> str:
    told = {DeadlineStage.ESCALATED: " The chair was told.", DeadlineStage.STUCK: " It counts as stuck."}
    if need.owner == by.id:
        whose = "It is yours"
    elif need.lead == by.id:
        whose = "You lead the case"
    elif need.number and need.lead is None:
        whose = "Nobody leads the case yet"
    else:
        whose = f"It is for {need.owner or need.lead or 'the chair'}"
    return f"{whose} ({need.clause}).{told.get(need.stage, '')}"


def _stuck(book: Casebook, by: Actor) -> Iterator[Matter]:
    if not _may(by, Act.OPERATE):
        return
    for effect in listing.effects(book, by=by, status=EffectStatus.STUCK, limit=20):
        said = str(in_words(EffectKind(effect.kind)))
        number = "" if effect.case_number == "team" else effect.case_number
        yield Matter(
            Pressing.STUCK,
            f"Stuck: {said}",
            f"See why, and have it done again: `tat effects redrive {effect.effect_id[:8]}`.",
            f"{words(effect.code).capitalize()} after {effect.attempt} attempts." if effect.code else "",
            number,
            "",
            effect.created_at,
            ZoneInfo(book.pack.home.timezone),
        )
