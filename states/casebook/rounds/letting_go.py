"""What a restored backup holds, let go by a person who knows what was done since."""

from states.access import Act, Actor, permit
from states.casebook.book import Casebook
from states.casebook.effects.attempts import redrive
from states.casebook.effects.listing import effects
from states.outbox import RESTORED
from states.vocabulary.effects import EffectStatus


def let_go(book: Casebook, *, by: Actor, number: str = "") -> int:
    """Make due what a restored backup holds; returns how many effects it were.

    Args:
        book: the casebook.
        by: who lets it go.
        number: only what this case owes; empty: everything.

    Raises:
        NotPermitted: this person may not.
    """
    permit(by, Act.OPERATE)
    stuck = effects(book, by=by, number=number, status=EffectStatus.STUCK, limit=1_000_000)
    held = [line.effect_id for line in stuck if line.code == RESTORED]
    for effect_id in held:
        redrive(book, effect_id, by=by)
    return len(held)
