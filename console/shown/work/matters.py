"""What needs somebody now, as they read it: alarms first, then what is late, comes next, or is stuck."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.shown.case.glance import called
from console.shown.work.kinds import ABOUT, CALLED, CLEARED_BY, GIVEN_BY, PAGE, SAID, Matters
from notifications.messages.wording import TO_DO, in_words
from states.access import LET_IN, MAY, Act, Actor
from states.casebook import Casebook
from states.casebook.accounts import making
from states.casebook.alarms import answers
from states.casebook.effects import listing
from states.casebook.landing import kept
from states.casebook.narrowing import EVERY, Narrowed
from states.casebook.reading.awaited import Awaits, awaited
from states.casebook.reading.needs import Need, needs
from states.policy.terms import Phone
from states.vocabulary.cases import Level
from states.vocabulary.effects import Clock, DeadlineStage, EffectKind, EffectStatus
from states.vocabulary.spelling import words
from tasks.drafts.link_paths import ACTIONS, CHECK_INS, OF_TEAM, TEXTS

#: how many of a kind are looked at, such as somebody's clocks: whoever has more narrows them down
MOST = 200


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
        about: what it is about.
        what: what it is, as a heading.
        do: what to do about it, as a sentence.
        why: why it is theirs, as a sentence.
        number: the case's number; empty: the team's own, or not theirs to open.
        site: code of the case's site; empty: as the number.
        level: the level in force, or the provisional one; None: none is known.
        at: by when it is due, or since when it presses.
        zone: the time zone of the site.
        waits: whether ``at`` is since when, and not by when.
        phones: whom to phone, each with the phone that one dials it from.
        page: the page of the case that it is seen to on; empty: its first.
        ways: the steps of the case that clear it, as their pages are called.
        opens: the page of this very thing, where it has one; empty: it has none.
        record: id of the record that those steps are about; empty: they ask.
    """

    pressing: Pressing
    about: Matters
    what: str
    do: str
    why: str
    number: str
    site: str
    level: Level | None
    at: datetime
    zone: tzinfo
    waits: bool = False
    phones: tuple[Phone, ...] = ()
    page: str = ""
    ways: tuple[str, ...] = ()
    opens: str = ""
    record: str = ""


def matters(
    book: Casebook, by: Actor, narrowed: Narrowed = EVERY, about: Matters | None = None
) -> list[Matter]:
    """What needs somebody now, as far as their roles show it; most urgent first, none left out between.

    Args:
        book: the casebook.
        by: who looks.
        narrowed: of which cases.
        about: of which kind alone; None: of each.
    """
    found = [*_alarms(book, by), *_clocks(book, by, narrowed, about), *_awaited(book, by, narrowed)]
    found += [*_stuck(book, by), *_accounts(book, by)]
    order = list(Pressing)
    asked_for = [each for each in found if about in (None, each.about) and _is_of(each, narrowed)]
    return sorted(asked_for, key=lambda each: (order.index(each.pressing), each.at))


def counted(found: Sequence[Matter]) -> tuple[dict[str, int], dict[Level, int], dict[Matters, int]]:
    """How many there are by site, by level and by kind, each in the order that people know."""
    sites, levels = Counter(each.site for each in found), Counter(each.level for each in found)
    kinds = Counter(each.about for each in found)
    return (
        {site: count for site, count in sorted(sites.items()) if site},
        {level: levels[level] for level in Level if levels[level]},
        {kind: kinds[kind] for kind in Matters if kinds[kind]},
    )


def first_of_all(by: Actor) -> str:
    """What to do when nothing needs somebody, as a sentence."""
    if not by.roles.isdisjoint((*MAY[Act.LIST], *LET_IN)):
        return (
            "What is yours to do comes here by itself, most urgent first, when a case asks for it. "
            "Meanwhile: look through the cases that you are on, and see under My account how you sign in."
        )
    if _may(by, Act.RUN_ACCOUNTS):
        return "Whoever is new needs a link to set their account up: see Accounts."
    return "What is yours to do comes here by itself."


def _is_of(each: Matter, narrowed: Narrowed) -> bool:
    return (not narrowed.site or each.site == narrowed.site) and narrowed.level in (None, each.level)


def _may(by: Actor, act: Act) -> bool:
    return not by.roles.isdisjoint(MAY[act])


def _level(code: str | None) -> Level | None:
    return None if code is None else Level(code)


def _alarms(book: Casebook, by: Actor) -> Iterator[Matter]:
    if not _may(by, Act.ANSWER_ALARMS):
        return
    for alarm in answers.alarms(book, by=by, open_only=True, limit=MOST):
        site = book.pack.site(alarm.site)
        phones = " or ".join(map(str, site.police.emergency_phones))
        yield Matter(
            Pressing.ALARM,
            Matters.ALARM,
            "Nobody has taken over an alarm",
            f"Phone {site.police.name}, {phones}; then enter who took over.",
            "Others are called until somebody says that they took over.",
            alarm.number,
            alarm.site,
            alarm.level,
            alarm.sounded_at,
            ZoneInfo(site.timezone),
            waits=True,
            phones=site.police.emergency_phones,
            ways=("take_over",),
        )


def _clocks(book: Casebook, by: Actor, narrowed: Narrowed, about: Matters | None) -> Iterator[Matter]:
    if by.roles.isdisjoint((*MAY[Act.SEE_WORK], *LET_IN)):
        return
    clocks = [clock for clock in Clock if about in (None, ABOUT.get(clock, Matters.OTHER))]
    for need in needs(book, by=by, narrowed=narrowed, clocks=clocks, limit=MOST):
        if need.clock is Clock.INTAKE and not kept.any_for(book, by=by):
            # All that waits names whoever looks: for them it is not there.
            continue
        late = need.due_at < book.clock()
        site = book.pack.site(need.site) if need.site else book.pack.home
        yield Matter(
            Pressing.LATE if late else Pressing.NEXT,
            ABOUT.get(need.clock, Matters.OTHER),
            _what(need, book),
            TO_DO[need.clock],
            _why(need, by),
            need.number,
            need.site,
            _level(need.level),
            need.due_at,
            ZoneInfo(site.timezone),
            page=PAGE.get(need.clock, ""),
            ways=CLEARED_BY.get(need.clock, ()),
            opens=_own_page(need, by),
            record=need.about if need.clock in (Clock.REPRISAL_CHECK, Clock.REPRISAL) else "",
        )


def _awaited(book: Casebook, by: Actor, narrowed: Narrowed) -> Iterator[Matter]:
    for one in awaited(book, by=by, narrowed=narrowed, limit=MOST):
        about, what, do, why = SAID[one.what]
        site = book.pack.site(one.site) if one.site else book.pack.home
        yield Matter(
            Pressing.NEXT,
            about,
            what,
            do,
            why if one.number or one.what is Awaits.CLEARANCE else "It is the team's own.",
            one.number,
            one.site,
            _level(one.level),
            one.at,
            ZoneInfo(site.timezone),
            waits=one.what is not Awaits.MEETING,
            ways=GIVEN_BY.get(one.what, ()),
            opens=f"{TEXTS}/{one.about}" if one.about else "",
        )


def _own_page(need: Need, by: Actor) -> str:
    """Where whoever owns something reads it, who need not be on its case."""
    if need.clock in OF_TEAM:
        return OF_TEAM[need.clock]
    below = {Clock.PLAN_ACTION: ACTIONS, Clock.CHECK_IN: CHECK_INS}.get(need.clock, "")
    return f"{below}/{need.about}" if below and need.owner == by.id else ""


def _what(need: Need, book: Casebook) -> str:
    if need.place:
        return f"{called(need.clock)}: number {need.place} of those agreed on with it"
    if need.office not in book.pack.office_codes:
        return CALLED.get(need.clock) or called(need.clock)
    return f"{called(need.clock)}: {book.pack.office(need.office).name}"


def _why(need: Need, by: Actor) -> str:
    told = {DeadlineStage.ESCALATED: " The chair was told.", DeadlineStage.STUCK: " It counts as stuck."}
    if need.owner == by.id:
        whose = "It is yours"
    elif need.lead == by.id:
        whose = "You lead the case"
    elif need.number and need.lead is None:
        whose = "Nobody leads the case yet"
    elif need.clock is Clock.INTAKE:
        whose = "It is for whoever does intake, and for the chair"
    else:
        whose = f"It is for {need.owner or need.lead or 'the chair'}"
    return f"{whose} ({need.clause}).{told.get(need.stage, '')}"


def _stuck(book: Casebook, by: Actor) -> Iterator[Matter]:
    if not _may(by, Act.OPERATE):
        return
    for effect in listing.effects(book, by=by, status=EffectStatus.STUCK, limit=MOST):
        said = str(in_words(EffectKind(effect.kind)))
        # Whoever runs the software is told which effect, not which case.
        opens = _may(by, Act.READ) and effect.case_number != "team"
        yield Matter(
            Pressing.STUCK,
            Matters.STUCK,
            f"Stuck: {said}",
            f"See why, and have it done again: effect {effect.effect_id[:8]}.",
            f"{words(effect.code).capitalize()} after {effect.attempt} attempts." if effect.code else "",
            effect.case_number if opens else "",
            "",
            None,
            effect.created_at,
            ZoneInfo(book.pack.home.timezone),
            waits=True,
        )


def _accounts(book: Casebook, by: Actor) -> Iterator[Matter]:
    """What an administrator has to see to; the chair, who may too, has other things to do."""
    if not _may(by, Act.RUN_ACCOUNTS) or _may(by, Act.READ):
        return
    now, zone = book.clock(), ZoneInfo(book.pack.home.timezone)
    for each in making.accounts(book, by=by):
        ran_out = not each.is_set_up and each.link_until is not None and each.link_until < now
        rests = each.locked_until is not None and each.locked_until > now
        if rests:
            what, do, at = "An account rests after wrong tries", "Ask whether it was they", each.locked_until
        elif ran_out:
            what, do, at = "An account's link ran out unused", "Give another one", each.link_until
        else:
            continue
        yield Matter(
            Pressing.NEXT,
            Matters.ACCOUNT,
            what,
            f"{do}: see Accounts.",
            f"It is {each.member}'s.",
            "",
            "",
            None,
            at or now,
            zone,
            waits=not rests,
        )
