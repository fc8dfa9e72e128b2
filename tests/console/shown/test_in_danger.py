"""Who may be in danger, beside what a member or the team assesses (W-05, W-53)."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pytest

from console.shown.case import in_danger
from console.shown.case.opened import Opened
from console.shown.parts import Table, read
from states.policy.reading import load_pack

#: somebody on record, of whom something is known
TARGET = {"id": "1", "seq": 1, "role": "target"}
SAID = {"name": "invented-target", "vulnerability": "invented-alone"}


def shown(row: dict[str, Any]) -> Sequence[Any]:
    """The line of somebody on record, beside an assessment, and the whole of what stands with that later."""
    dossier = {"targets": [TARGET | row], "reports": []}
    opened = Opened(dossier, (), (), (), load_pack("wnmu"), UTC, {})
    (table,) = in_danger.vulnerable(opened)
    assert isinstance(table, Table)
    (then,) = in_danger.on_record_then(opened, {"seq": 2})
    assert in_danger.on_record_then(opened, {"seq": 1}) == []
    return tuple(map(read, (*table.rows[0], then)))


@pytest.mark.clause("W-53", "W-39")
def test_what_makes_somebody_vulnerable_is_withheld_beside_an_assessment_as_everywhere() -> None:
    """That there is something, and who can tell; what nobody said yet is told as that."""
    who = "Target: invented-target"
    assert shown({"content": SAID, "withheld": {}}) == (
        who,
        "invented-alone",
        "invented-target: invented-alone",
    )
    empty = SAID | {"vulnerability": ""}
    assert shown({"content": empty, "withheld": {}}) == (who, "not said yet", "invented-target")
    told = "withheld: the chair can tell"
    closed = {"content": empty, "withheld": {"vulnerability": "the chair"}}
    assert shown(closed) == (who, told, f"invented-target: {told}")
