"""Whatever a pack says, it loads or is refused as a pack: no other error reaches who starts tatflow."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from states.errors import BadPolicy
from states.policy.reading import load_pack

SHIPPED = (Path(__file__).parents[3] / "states" / "policies" / "wnmu" / "pack.toml").read_text(
    encoding="utf-8"
)
LINES = SHIPPED.splitlines()
VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.text(max_size=3), max_size=2),
    st.just({}),
)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, len(LINES) - 1))
def test_a_pack_that_lost_a_line_loads_or_is_refused_as_a_pack(number: int) -> None:
    """Whichever line is lost, the answer is a pack or a refusal, never another error."""
    loads_or_is_refused("\n".join(LINES[:number] + LINES[number + 1 :]))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_pack_with_any_other_value_loads_or_is_refused_as_a_pack(data: st.DataObject) -> None:
    """Whatever value stands where, the answer is a pack or a refusal, never another error."""
    number = data.draw(
        st.sampled_from([n for n, line in enumerate(LINES) if " = " in line and line[0] != "#"])
    )
    key = LINES[number].split(" = ")[0]
    loads_or_is_refused(
        "\n".join([*LINES[:number], f"{key} = {toml(data.draw(VALUES))}", *LINES[number + 1 :]])
    )


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return str(value)


def loads_or_is_refused(text: str) -> None:
    """Load the text as a pack; any error but a refusal fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.toml"
        path.write_text(text, encoding="utf-8")
        with suppress(BadPolicy):
            load_pack(str(path))
