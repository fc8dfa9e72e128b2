"""Setting right from pages: a record gets other words, with its former ones struck through beside it."""

from typing import Any

from console.shown.case.asked.correcting import correcting
from console.shown.case.asked.fields import Field, Group, content_of, unfolded
from console.shown.case.asked.meanwhile import changed
from console.web.cases.step import Given, Step
from states.access import Actor
from states.casebook import Casebook
from states.casebook.rearranging import corrections
from states.errors import BadInput


def _put_right(book: Casebook, number: str, by: Actor, given: Given) -> None:
    told = _told(given)
    if not told:
        raise BadInput("This is what is on record already: change what is wrong, then confirm.")
    corrections.put_right(book, number, given.one("about"), told, by=by, because=given.one("reason"))


def _told(given: Given) -> dict[str, Any]:
    """What is to stand on record from now on, of the fields in which something else stood."""
    said = content_of(given.asked, given.said)
    differ = {name.partition(".")[0] for name in changed(given.asked, given.said)}
    return {
        name: said.get(name, {} if "." in one.name else _empty(one))
        if not _is_of_texts(one)
        else [row["text"] for row in said.get(name, ())]
        for one in unfolded(given.asked)
        if (name := one.name.partition(".")[0]) in differ
    }


def _is_of_texts(one: Field | Group) -> bool:
    return isinstance(one, Group) and [each.name for each in one.columns] == ["text"]


def _empty(one: Field | Group) -> list[str] | str | None:
    return [] if isinstance(one, Group) or one.ask == "several" else one.empty


CORRECTING = (
    Step(
        "correct",
        "Correct a record",
        "What it says is set right; its former wording stays beside it, struck through, with your reason.",
        correcting,
        _put_right,
        in_turn=True,
    ),
)
