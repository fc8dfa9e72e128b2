"""A pack's instruments: every way through a decision tree has one end, and no answer is added up."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from states.errors import BadPolicy
from states.policy.instruments import Grade, Instrument, InstrumentQuestion, Section
from states.policy.reading import load_pack
from tests.states.policy.test_refusals import SHIPPED

#: what the shipped pack says, what a wrong one says instead, the key at fault, and words of the sentence
WRONG = [
    ('scale = "e_scale"', 'scale = "e_scail"', "instruments.nabita.e.scale", "did you mean e_scale?"),
    ('{ id = "e_shows"', '{ id = "d_shows"', "instruments.nabita.sections", "'d_shows' is there twice"),
    (
        '{ id = "no", reads = "No" }',
        '{ id = "yes", reads = "No" }',
        "instruments.cstag.scales.yes_no",
        "twice",
    ),
    ('when = { threat = ["yes"] } }', 'when = { harm = ["serious"] } }', "cstag.settled.when", "before it"),
    (
        'when = { settled = ["over"] }',
        'when = { settled = ["ovr"] }',
        "cstag.ends.transient.when",
        "mean over?",
    ),
    (
        'when = { threat = ["no"] }',
        'when = { threat = ["no"], settled = ["over"] }',
        "cstag.ends",
        "lead nowhere: threat: no.",
    ),
    (
        'when = { settled = ["over"] }',
        'when = { threat = ["yes"] }',
        "cstag.ends",
        "lead to transient and serious_substantive at once",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "key", "words"), WRONG)
def test_an_instrument_that_cannot_be_answered_is_refused(
    tmp_path: Path, right: str, wrong: str, key: str, words: str
) -> None:
    """By the key at fault, with a sentence that says what would help."""
    assert right in SHIPPED
    file = tmp_path / "pack.toml"
    file.write_text(SHIPPED.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        load_pack(str(file))
    assert key in refused.value.key
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ({"threat": "no"}, "no_threat"),
        ({"threat": "yes", "settled": "over"}, "transient"),
        ({"threat": "yes", "settled": "not_over", "harm": "serious"}, "serious_substantive"),
        ({"threat": "yes", "settled": "not_over", "harm": "very_serious"}, "very_serious_substantive"),
        ({"threat": "yes"}, None),
    ],
)
def test_the_decision_tree_leads_where_the_guidelines_do(answers: Mapping[str, str], end: str | None) -> None:
    """Transient once it is settled; otherwise substantive, and very serious where life or limb is meant."""
    led = load_pack("wnmu").instruments["cstag"].end(answers)
    assert (led and led.id) == end


def test_no_instrument_adds_anything_up() -> None:
    """A place on a scale is words: it has no number, and an instrument knows no total."""
    fields = {
        name for model in (Instrument, Section, InstrumentQuestion, Grade) for name in model.model_fields
    }
    assert not {"total", "score", "weight", "value"} & fields
    for instrument in load_pack("wnmu").instruments.values():
        for grades in instrument.scales.values():
            assert not any(character.isdigit() for grade in grades for character in grade.reads)
