"""Setting right from pages: a record gets other words, with its former ones struck through beside it."""

from console.shown.case.asked.correcting import correcting
from console.shown.case.asked.meanwhile import changed, told_of
from console.web.cases.steps.step import Given, Step
from states.access import Actor
from states.casebook import Casebook
from states.casebook.rearranging import corrections
from states.errors import BadInput


def _put_right(book: Casebook, number: str, by: Actor, given: Given) -> None:
    told = told_of(given.asked, given.said, changed(given.asked, given.said))
    if not told:
        raise BadInput("This is what is on record already: change what is wrong, then confirm.")
    corrections.put_right(book, number, given.one("about"), told, by=by, because=given.one("reason"))


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
