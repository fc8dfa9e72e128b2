"""Letting people to a case for a time from its pages, and reviewing that somebody opened it (W-50, W-39)."""

from console.shown.case.asked import for_a_time
from console.web.cases.steps.step import Given, Step, here
from states.access import Act, Actor
from states.calendar.moments import moment
from states.casebook import Casebook
from states.casebook.team import break_glass, guests


def _invite(book: Casebook, number: str, by: Actor, given: Given) -> None:
    until = moment(given.one("until"), "the end", here(book, number, by), ahead=True)
    guests.invite(book, number, given.one("member"), by=by, until=until, because=given.one("reason"))


def _let_until(book: Casebook, number: str, by: Actor, given: Given) -> None:
    until = moment(given.one("until"), "the end", here(book, number, by), ahead=True)
    guests.let_until(book, number, given.one("member"), by=by, until=until)


def _end(book: Casebook, number: str, by: Actor, given: Given) -> None:
    guests.end(book, number, given.one("member"), by=by)


def _review(book: Casebook, number: str, by: Actor, given: Given) -> None:
    justified, why = given.one("justified") == "yes", given.one("reason")
    break_glass.review(book, number, given.one("about"), by=by, justified=justified, because=why)


LETTING_IN = (
    Step(
        "invite",
        "Bring somebody in for a time",
        "They work in this case until then. Afterwards there is no such case for them, and what they still "
        "had to do is yours.",
        for_a_time.inviting,
        _invite,
        act=Act.ASSIGN,
    ),
    Step(
        "guest_until",
        "Change until when",
        "Longer, or less long.",
        for_a_time.lengthening,
        _let_until,
        act=Act.ASSIGN,
        looks=False,
        offers=True,
    ),
    Step(
        "end_guest",
        "End somebody's time on it",
        "There is no such case for them from now on, and what they still had to do is yours.",
        for_a_time.ending,
        _end,
        act=Act.ASSIGN,
        looks=False,
        offers=True,
    ),
    Step(
        "review_glass",
        "Review that it was opened in an emergency",
        "Somebody who is not on this case opened it, and gave a reason. Say whether it was justified.",
        for_a_time.reviewing,
        _review,
        act=Act.REVIEW_GLASS,
        looks=False,
        offers=True,
    ),
)
