"""Each way in which a vendor's service departs from the specification becomes the right answer of five."""

import pytest

from states.vocabulary.people import IdentifierKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, Reply, Unavailable
from tests.tasks.sources.faults import FarSide, hurry
from tests.tasks.sources.oneroster.bending import Quirk
from tests.tasks.sources.oneroster.conftest import Asking, Making
from tests.tasks.sources.oneroster.quirks import QUIRKS
from tests.tasks.sources.oneroster.server import Roster
from tests.tasks.sources.oneroster.told import SAM
from tests.waiting import PATIENCE


def kind_of(reply: Reply) -> str:
    """What a reply is, in one word: its code, where it is *unavailable*."""
    return reply.reason if isinstance(reply, Unavailable) else str(reply.status)


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
async def test_a_quirk_becomes_the_right_one_of_the_five_answers(
    quirk: Quirk, far: FarSide, roster: Roster, made: Making, question: Asking
) -> None:
    """What is found is whole, or says what is missing; *not found* is only what the service did say."""
    far.honest = quirk.served(roster)
    asked = {IdentifierKind(kind): value for kind, value in quirk.asked.items()}
    with pytest.MonkeyPatch.context() as impatience:
        hurry(impatience)
        reply = await ask(made(), question(identifiers=asked), timeout=PATIENCE)
    assert kind_of(reply) == quirk.says
    if isinstance(reply, Found):
        assert reply.missing == quirk.missing
        assert not quirk.whole or reply.facts == tuple(SAM)
