"""Carries an alarm's calls as its flow does, but without Prefect, and answers them."""

from states.access import SYSTEM
from states.casebook import Casebook, calling, effects
from states.casebook.calling import Call
from states.vocabulary import EffectKind, EffectStatus


def owed(book: Casebook, number: str) -> list[effects.EffectLine]:
    """What a case's alarms still owe, soonest due first."""
    lines = [
        line
        for line in effects.effects(book, by=SYSTEM, number=number)
        if line.kind == EffectKind.ALERT_POLICE
    ]
    return sorted((line for line in lines if line.status != EffectStatus.DONE), key=lambda line: line.due_at)


def calls(book: Casebook, number: str) -> list[Call]:
    """Carry what a case's alarms owe now, as their flow does; gives the calls that went out."""
    went = []
    for line in owed(book, number):
        if line.due_at > book.clock():
            continue
        work = effects.begin(book, line.effect_id, "a-run")
        assert work is not None
        call = calling.due_call(book, work)
        if call is not None:
            went.append(call)
            calling.went_out(book, work, call)
        effects.finish(book, work)
    return went


def codes(call: Call) -> list[str]:
    """Whom a call reached."""
    return [recipient.code for recipient in call.recipients]
