"""Messages before they are owed: what a step would send to whom, drafted as what it owes will draft it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifications.channels.addresses import is_own
from notifications.messages.contexts import Context
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render
from states.access import Actor
from states.casebook import Casebook
from states.casebook.alarms import calling
from states.casebook.closing import endings
from states.casebook.disclosing.notices import Draft
from states.casebook.effects import foreseeing
from states.casebook.effects.work import WorkOn
from states.casebook.referrals import sending
from states.casebook.rehearsing import rehearsed
from states.casebook.rounds import results
from states.policy.pack import Pack
from states.settings import Settings
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.plans import PlanKind
from tasks.drafts.composing import Writer
from tasks.drafts.drafting import for_these
from tasks.drafts.news_words import NEXT_CLOCK


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One message that a step would send.

    Args:
        recipient: a member's id, an office's code, ``police:`` and a site's code, or ``reporter``.
        subject: its subject.
        text: what it says, as that recipient's channel gets it; its link opens nothing yet.
        gathered: whether it waits to be told together with others.
    """

    recipient: str
    subject: str
    text: str
    gathered: bool


@dataclass(frozen=True, slots=True)
class Turned:
    """A clock that a step would start, stop, or let run to another moment.

    Args:
        clock: which.
        due_at: when it is due from then on; None: it runs no more.
        ran: whether it ran before.
    """

    clock: Clock
    due_at: datetime | None
    ran: bool


@dataclass(frozen=True, slots=True)
class Owing:
    """What a step would make a case owe.

    Args:
        effects: each kind of effect.
        messages: the messages that leave by it.
        clocks: what becomes of clocks.
    """

    effects: tuple[EffectKind, ...]
    messages: tuple[Foreseen, ...]
    clocks: tuple[Turned, ...] = ()


def foresee(
    book: Casebook,
    settings: Settings,
    number: str,
    do: Callable[[Casebook], object],
    *,
    by: Actor,
    other: str = "",
) -> Owing:
    """What would be owed, and sent to whom, if somebody did something; nothing of it is written.

    Args:
        book: the casebook.
        settings: where links lead.
        number: the case's number.
        do: what they would do, with the casebook that they would do it in; returns the number of the
            case that it opens, if it opens one.
        by: who.
        other: number of another case that is written in, too; empty: none is.

    Raises:
        Refused: they would be refused, for the same reasons.
        BadInput: so would what they gave.
    """
    with rehearsed(book) as rehearsing:
        there = [each for each in (number, other) if each]
        before = {each: foreseeing.owed(rehearsing, each, by=by) for each in there}
        ran = {each: foreseeing.clocks(rehearsing, each, by=by) for each in there}
        made = do(rehearsing)
        if isinstance(made, str) and made and made not in there:
            there.append(made)
        owed = [
            work
            for each in there
            for work in foreseeing.claimed(rehearsing, each, before.get(each, ()), by=by)
        ]
        turned = [
            one
            for each in there
            for one in _turned(ran.get(each, {}), foreseeing.clocks(rehearsing, each, by=by))
        ]
        drafted = [(work, draft) for work in owed for draft in _drafts(rehearsing, settings, work)]
    return Owing(
        tuple(dict.fromkeys(work.kind for work in owed)),
        tuple(
            _shown(book.pack, settings, draft, gathered=_waits(book.pack, work)) for work, draft in drafted
        ),
        tuple(dict.fromkeys(turned)),
    )


def _turned(
    before: Mapping[tuple[Clock, str], datetime], after: Mapping[tuple[Clock, str], datetime]
) -> list[Turned]:
    """What became of clocks, those that start or move first."""
    runs = [
        Turned(clock, due_at, (clock, about) in before)
        for (clock, about), due_at in after.items()
        if before.get((clock, about)) != due_at
    ]
    return runs + [Turned(clock, None, ran=True) for clock, about in before if (clock, about) not in after]


def _waits(pack: Pack, work: WorkOn[Any]) -> bool:
    told = work.payload
    return work.kind is EffectKind.NOTIFY_TEAM and not told.offices and told.trigger not in pack.news.at_once


def _shown(pack: Pack, settings: Settings, draft: Draft, *, gathered: bool) -> Foreseen:
    detail = type(MESSAGES[draft.template].sample.detail).model_validate(draft.context["detail"])
    said = draft.context | {"detail": detail, "link": _without_secret(draft.context["link"], settings)}
    own = is_own(draft.address, pack.own_domains)
    message = render(draft.template, Context.model_validate(said), own_channel=own)
    return Foreseen(draft.recipient, message.subject, message.text, gathered)


def _without_secret(link: str, settings: Settings) -> str:
    """A link as it is shown before it is one: the secret that it will end in is not made yet."""
    path = link.removeprefix(settings.base_url.rstrip("/"))
    return link if path == "/" or path.startswith("/cases/") else f"{link.rpartition('/')[0]}/…"


def _drafts(book: Casebook, settings: Settings, work: WorkOn[Any]) -> list[Draft]:
    """What an effect will send, drafted as whoever does it drafts it; some send nothing."""
    drafting = _DRAFTING.get(work.kind)
    return (
        []
        if drafting is None
        else drafting(book, Writer(book.pack, settings, results.brief(book, work)), work)
    )


def _news(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    told = work.payload
    clock = NEXT_CLOCK.get(told.trigger)
    due_at = None if clock is None else results.due_by(book, work, clock)
    return writer.news(told, due_at)


def _meeting(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    if not results.called_for(book, work):
        return []
    meeting, kind, at = results.convene(book, work)
    sequence = results.moved(book, work, meeting)
    drafts = for_these(work.payload.only, writer.meeting(meeting, kind, at, sequence))
    return results.still_to_invite(book, work, meeting, drafts)


def _cancelled(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    return [writer.cancellation(each) for each in results.invited(book, work)]


def _alert(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    call = calling.due_call(book, work, work.payload)
    return [] if call is None else writer.alert(call)


def _police(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    threat = calling.threat(book, work)
    return [] if threat is None else writer.police_notice(threat)


def _actions(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    if work.payload.turn:
        return [draft for turn in results.turns(book, work) for draft in writer.turn(*turn)]
    plan = PlanKind(results.plan_kind(book, work)) if work.payload.plan else None
    return [
        draft
        for each, sequence in results.open_actions(book, work)
        if each.owner and each.due_at
        for draft in writer.action(each.id, each.owner, each.due_at, plan, sequence=sequence)
    ]


def _reassessment(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    due = results.reassessment_due(book, work)
    if due is None:
        return []
    return for_these(work.payload.only, writer.reassessment(*due, PlanKind(results.plan_kind(book, work))))


def _check_ins(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    rows, meant = results.check_ins(book, work), work.payload.check_ins
    return [
        draft
        for place, (row, sequence) in enumerate(rows, start=1)
        if meant is None or row.id in meant
        for draft in writer.check_in(row.id, row.owner, row.due_at, place, len(rows), sequence=sequence)
    ]


def _endings(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    drafts = writer.conclusion(endings.reporters_to_tell(book, work), book.clock())
    drafts += writer.handover(endings.hand_overs(book, work))
    if work.payload.trigger == "close":
        drafts += writer.debrief(*results.debrief(book, work))
    return drafts


def _letters(book: Casebook, writer: Writer, work: WorkOn[Any]) -> list[Draft]:
    """The messages that letters come with; a letter itself says what the team recommends."""
    return [
        writer.referral(ReferralKind(row.kind), row.office, row.handbook, row.id)
        for row in sending.routed(book, work)
        if sending.to_send(work, row)
    ]


_DRAFTING: Mapping[EffectKind, Callable[[Casebook, Writer, WorkOn[Any]], list[Draft]]] = {
    EffectKind.NOTIFY_TEAM: _news,
    EffectKind.CONVENE_TEAM: _meeting,
    EffectKind.CANCEL_MEETINGS: _cancelled,
    EffectKind.ALERT_POLICE: _alert,
    EffectKind.TELL_POLICE: _police,
    EffectKind.ASSIGN_ACTIONS: _actions,
    EffectKind.SCHEDULE_REASSESSMENT: _reassessment,
    EffectKind.SCHEDULE_CHECKINS: _check_ins,
    EffectKind.ROUTE_REFERRALS: _letters,
    EffectKind.CLOSE_OUT: _endings,
}
