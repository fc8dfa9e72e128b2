"""Takes up what cases owe, as flows do, and closes cases again."""

from states.access import SYSTEM
from states.casebook import Casebook, asking, effects
from states.casebook.effects import Work
from states.vocabulary import EffectKind, EffectStatus, Level, SourceKind
from tests.walking import Walk


def take_up(book: Casebook, number: str, kind: EffectKind) -> Work:
    """Take up the newest effect of a kind that a case owes, as its flow does."""
    owed = next(
        line.effect_id
        for line in effects.effects(book, by=SYSTEM, number=number)
        if line.kind == kind and line.status != EffectStatus.DONE
    )
    work = effects.begin(book, owed, "a-run")
    assert work is not None
    return work


def close_again(walk: Walk, number: str) -> None:
    """Take a case that was reopened to its end once more."""
    for kind in {SourceKind(row["kind"]) for row in walk.records(number, "source_queries")}:
        asking.waive_source(walk.book, number, kind, by=walk.chair, because="Asked before.")
    walk.assess(number, Level.NONE)
    walk.act(number, "assess")
    walk.dispose(number)
    walk.act(number, "close")
