"""The process, drawn from its table."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from console.shown import process_picture
from console.shown.process_picture import ARROWS, HALF_HEIGHT, HALF_WIDTH, HEIGHT, PLACES, WIDTH, mermaid, svg
from states.process import TRANSITIONS
from states.vocabulary.cases import CaseState
from tests.console.conftest import Tat

PICTURE = Path(__file__).parents[3] / "docs" / "process.svg"

#: about how wide a letter of a label is, generously
LETTER = {"trigger": 9.5, "clauses": 7.2}


def texts() -> list[tuple[str, float, float, float]]:
    """Each label of the arrows: its words, and the left, the right and the base line of its place."""
    found = []
    for text in ET.fromstring(svg()).iter("{http://www.w3.org/2000/svg}text"):  # noqa: S314 - our own text
        kind, words = text.get("class", ""), text.text or ""
        if kind not in LETTER or "x" not in text.attrib:
            continue
        width, x = LETTER[kind] * len(words), float(text.attrib["x"])
        left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor", ""), 0)
        found.append((words, left, left + width, float(text.attrib["y"])))
    return found


def test_the_picture_in_the_documentation_is_that_of_the_table() -> None:
    """A changed process table wants `tat process show --format svg --output docs/process.svg`."""
    assert PICTURE.read_text(encoding="utf-8") == svg()


@pytest.mark.parametrize("draw", [mermaid, svg])
@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.trigger)
def test_every_trigger_is_drawn(draw: object, row: object) -> None:
    """No trigger of the table is missing."""
    assert re.search(rf"\b{row.trigger}\b", draw())  # type: ignore[attr-defined, operator]


def test_mermaid_has_each_arrow_of_the_table() -> None:
    """Each trigger leads from each of its states to where the table says."""
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", mermaid(), flags=re.MULTILINE)
    drawn = {(source, target, name) for source, target, names in arrows for name in names.split(", ")}
    assert drawn == {
        (source, row.target or source, row.trigger) for row in TRANSITIONS for source in row.sources
    }


def test_every_placed_arrow_is_drawn() -> None:
    """No arrow is left over from a row that is gone."""
    moving = [row for row in TRANSITIONS if row.target is not None or len(row.sources) == 1]
    assert set(ARROWS) == {(row.trigger, source) for row in moving for source in row.sources}
    assert svg().count('<g class="arrow"><title>') == len(ARROWS)


def test_a_trigger_without_a_place_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a row is told to place its arrow."""
    monkeypatch.delitem(process_picture.ARROWS, ("assess", CaseState.INQUIRY))
    with pytest.raises(LookupError, match="place its arrow"):
        svg()


def test_no_label_lies_on_another() -> None:
    """No two labels overlap, none lies on a state, and all are within the picture."""
    labels = texts()
    assert len(labels) > 2 * len(ARROWS)
    for words, left, right, base in labels:
        assert left > 0, words
        assert right < WIDTH, words
        assert base < HEIGHT, words
        for x, y in PLACES.values():
            assert right < x - HALF_WIDTH or left > x + HALF_WIDTH or abs(base - 5 - y) > HALF_HEIGHT, words
    for number, (words, left, right, base) in enumerate(labels):
        for other, other_left, other_right, other_base in labels[number + 1 :]:
            apart = right <= other_left or left >= other_right or abs(base - other_base) >= 15
            assert apart, (words, other)


def test_the_picture_is_written_to_a_file(empty: Tat, tmp_path: Path) -> None:
    """--output writes what is drawn, whatever it is drawn as."""
    for kind, start in (("svg", "<svg"), ("mermaid", "stateDiagram-v2"), ("table", "Trigger")):
        path = tmp_path / kind
        result = empty("process", "show", "--format", kind, "--output", str(path))
        assert result.exit_code == 0
        assert path.read_text(encoding="utf-8").startswith(start)


def test_a_file_that_cannot_be_written_is_refused(empty: Tat, tmp_path: Path) -> None:
    """A folder in place of the file is told in a sentence."""
    result = empty("process", "show", "--format", "svg", "--output", str(tmp_path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("kind", ["svg", "mermaid"])
def test_drawings_are_printed_as_they_are(kind: str, empty: Tat) -> None:
    """Nothing folds the lines of a drawing."""
    draw = {"svg": svg, "mermaid": mermaid}[kind]
    assert empty("process", "show", "--format", kind).stdout == draw()
    assert empty.json("process", "show", "--format", kind)["text"] == draw()


def test_the_table_names_every_trigger(empty: Tat) -> None:
    """The process is a table that fits into 80 columns."""
    shown = empty("process", "show").stdout
    assert [row.trigger for row in TRANSITIONS if row.trigger not in shown] == []
    assert max(map(len, shown.splitlines())) <= 80


def test_an_unknown_format_is_usage(empty: Tat) -> None:
    """There are three formats."""
    assert empty("process", "show", "--format", "png").exit_code == 2
