"""Carries an alarm's calls as its flow does, but without Prefect, and answers them."""

from sqlalchemy import select

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.alarms import calling
from states.casebook.alarms.calling import Call
from states.casebook.effects import attempts, listing
from states.contents.payloads import CallDue, RoundDue
from states.tables import AlarmCall, table_of
from states.vocabulary.danger import Called
from states.vocabulary.effects import EffectKind, EffectStatus


def owed(book: Casebook, number: str) -> list[listing.EffectLine]:
    """What a case's alarms still owe, soonest due first."""
    lines = [
        line
        for line in listing.effects(book, by=SYSTEM, number=number)
        if line.kind == EffectKind.ALERT_POLICE
    ]
    return sorted((line for line in lines if line.status != EffectStatus.DONE), key=lambda line: line.due_at)


def calls(book: Casebook, number: str) -> list[Call]:
    """Carry what a case's alarms owe now, as their flow does; gives the calls that went out."""
    went = []
    for line in owed(book, number):
        if line.due_at > book.clock():
            continue
        work = attempts.begin(book, line.effect_id, "a-run", by=SYSTEM)
        assert work is not None
        due = work.payload
        assert isinstance(due, CallDue | RoundDue)
        call = calling.due_call(book, work, due)
        if call is not None:
            went.append(call)
            calling.went_out(book, work, call)
        attempts.finish(book, work)
    return sorted(went, key=lambda call: _place(book, call))


def _place(book: Casebook, call: Call) -> tuple[int, int]:
    """Where a call of one moment stands among the others, which go out side by side: by whom it reaches."""
    calls = table_of(AlarmCall)
    with book.store.read() as connection:
        row = connection.execute(select(calls).where(calls.c.id == call.call_id)).one()
    return list(Called).index(Called(row.call)), list(book.pack.sites).index(row.site)


def codes(call: Call) -> list[str]:
    """Whom a call reached."""
    return [recipient.code for recipient in call.recipients]
