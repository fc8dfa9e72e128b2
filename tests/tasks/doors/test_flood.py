"""Many tips at once, and floods of what nobody signed: tips get through, and are on record once.

A reception in a process of its own; in full in `python -m bench faults`, with figures in
`python -m bench reception`.
"""

from collections.abc import Iterator

import pytest

from tests.doses import dose
from tests.tasks.doors.flooding import (
    FLOODS,
    Reception,
    at_a_pace,
    flooded,
    gets_through,
    on_record,
    receiving,
)

#: how many tips come, and how many in a second
TIPS, PACE = dose(60, 6000), 200.0

#: how many strangers there are, and how many tips come meanwhile
STRANGERS, MEANWHILE = dose(40, 800), dose(2, 10)

#: bytes by which the reception may grow, whatever strangers send
GROWTH = 200 << 20


@pytest.fixture(scope="module")
def reception(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reception]:
    """A reception that runs."""
    with receiving(tmp_path_factory.mktemp("home")) as reception:
        yield reception


async def test_tips_at_a_pace_are_taken_in_once_or_told_to_come_again(reception: Reception) -> None:
    """There is no other answer; what was taken in is on record, and resent it is known."""
    before = on_record(reception.settings)
    names = [f"T-{number}" for number in range(TIPS)]
    sent = await at_a_pace(reception, names, PACE)
    assert set(sent.statuses) <= {202, 503}
    assert on_record(reception.settings) - before >= sent.statuses[202]
    # However slow the machine: who was told to come again does, until everything is on record.
    while on_record(reception.settings) - before < TIPS:
        await at_a_pace(reception, names, PACE)
    await at_a_pace(reception, names, PACE)
    assert on_record(reception.settings) - before == TIPS


@pytest.mark.parametrize("flood", FLOODS)
async def test_strangers_keep_no_tip_out(reception: Reception, flood: str) -> None:
    """What they send costs next to nothing, and neither their heads nor their contents hold a place."""
    before = on_record(reception.settings)
    reception.look()
    usual = reception.memory
    async with flooded(reception, flood, STRANGERS):
        for number in range(MEANWHILE):
            await gets_through(reception, f"{flood} {number}")
        assert reception.memory - usual < GROWTH
    assert on_record(reception.settings) - before == MEANWHILE
