"""Deciding from pages: a report is screened, and joined to an earlier case of the person or not."""

from collections.abc import Mapping

from console.shown.case import forms, screening
from console.shown.case.asked import one_person
from console.web.cases.opening import Case
from console.web.cases.step import Given, Step
from states.access import Actor
from states.casebook import Casebook
from states.casebook.inquiry import triage
from states.casebook.persons import joining
from states.casebook.reading import overview
from states.casebook.rearranging import merging
from states.errors import NotPermitted, UnknownRecord
from states.vocabulary.cases import Level


def _screen(book: Casebook, number: str, by: Actor, given: Given) -> None:
    level = Level(given.one("level"))
    triage.screen(book, number, by=by, level=level, because=given.one("reason"))


def _to_screen(book: Casebook, case: Case, by: Actor) -> Mapping[str, object]:
    """What whoever screens reads first: what was reported, and where earlier cases stand."""
    lines = {}
    for link in case.opened.of("case_links"):
        other = link["other_number"]
        try:
            lines[other] = overview.one(book, other, by=by)
        except (NotPermitted, UnknownRecord):
            continue
    return {
        "reported": list(screening.reported(case.opened)),
        "earlier": screening.earlier(case.opened, lines),
    }


def _same_person(book: Casebook, number: str, by: Actor, given: Given) -> None:
    same, why = given.one("same") == "yes", given.one("reason")
    joining.confirm_link(book, number, given.one("other"), by=by, same_person=same, because=why)


def _join(book: Casebook, number: str, by: Actor, given: Given) -> None:
    merging.merge(book, number, given.one("other"), by=by, because=given.one("reason"))


DECIDING = (
    Step(
        "screen",
        "Screen the report",
        "A provisional level, and why. Extreme and Severe raise the alarm at once.",
        forms.screening,
        _screen,
        shows=_to_screen,
        template="cases/screen",
    ),
    Step(
        "same_person",
        "Say whether it is the same person",
        "It goes on record in both cases, with your name.",
        one_person.same_person,
        _same_person,
        looks=False,
        two=True,
    ),
    Step(
        "join",
        "Let it go on in the earlier case",
        "Its reports move there, and this case is closed; its number leads on to what was written here. A "
        "graver level goes along.",
        one_person.joining,
        _join,
        two=True,
    ),
)
