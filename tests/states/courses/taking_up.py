"""Takes up what cases owe, as flows do, and closes cases again."""

from typing import Any

from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.effects import attempts, listing
from states.casebook.effects.work import WorkOn
from states.casebook.lookups import asking
from states.casebook.rounds import results
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


def turns(book: Casebook, number: str) -> list[tuple[str, str]]:
    """The actions whose turn it is, and whose they are, of every effect that tells so; takes them up."""
    owed = [
        line.effect_id
        for line in listing.effects(book, by=SYSTEM, number=number)
        if line.kind == EffectKind.ASSIGN_ACTIONS and line.status == EffectStatus.PENDING
    ]
    found = [turn for effect_id in owed for turn in results.turns(book, begun(book, effect_id))]
    return [(action, owner) for action, owner, _ in found]


def close_again(walk: Walk, number: str) -> None:
    """Take a case that was reopened to its end once more."""
    for kind in {SourceKind(row["kind"]) for row in walk.records(number, "source_queries")}:
        asking.waive_source(walk.book, number, kind, by=walk.chair, because="Asked before.")
    walk.assess(number, Level.NONE)
    walk.act(number, "assess")
    walk.dispose(number)
    walk.act(number, "close")
