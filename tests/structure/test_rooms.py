"""A folder is a room that one can look around in: few files beside each other, each in its place."""

from collections import Counter
from collections.abc import Mapping

from tests.structure.test_project import ROOT, shipped

#: files that may lie beside each other; more of them are two rooms
MOST = 14

#: folders that hold more, and why
LARGER: Mapping[str, str] = {
    "docs": "each matter has its page, and the README leads to them",
    "states/migrations/versions": "each change of the schema is one, and all of them stay",
}


def test_no_folder_holds_more_than_one_can_look_around_in() -> None:
    """Not packages, not tests, not templates; one that does has its reason in a table here."""
    beside = Counter(str(file.relative_to(ROOT).parent) for file in shipped())
    assert {folder for folder, files in beside.items() if files > MOST} == set(LARGER)
