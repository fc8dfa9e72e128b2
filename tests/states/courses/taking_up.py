"""Takes up what cases owe, as flows do, and closes cases again."""

from typing import Any

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.effects.work import WorkOn
from states.casebook.lookups import asking
from states.vocabulary.cases import Level
from states.vocabulary.effects import EffectKind, EffectStatus
from states.vocabulary.sources import SourceKind
from tests.cases.walking import Walk


def begun(book: Casebook, effect_id: str, run: str = "a-run") -> WorkOn[Any]:
    """Take up an effect in a run."""
    work = attempts.begin(book, effect_id, run, by=SYSTEM)
    assert work is not None
    return work


def take_up(book: Casebook, number: str, kind: EffectKind) -> WorkOn[Any]:
    """Take up the newest effect of a kind that a case owes, as its flow does."""
    owed = next(
        line.effect_id
        for line in listing.effects(book, by=SYSTEM, number=number)
        if line.kind == kind and line.status != EffectStatus.DONE
    )
    work = attempts.begin(book, owed, "a-run", by=SYSTEM)
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
