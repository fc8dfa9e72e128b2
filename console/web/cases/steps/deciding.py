"""Deciding from pages: a report is screened, members rate alone, and the team assesses."""

from collections.abc import Mapping
from typing import Any

from console.shown.case import forms, in_danger
from console.shown.case.asked import assessing as assessing_forms
from console.shown.case.asked import instruments
from console.shown.case.asked.fields import content_of
from console.shown.case.beside import course, ratings, screening
from console.web.cases.opening import Case
from console.web.cases.steps.step import Given, Step
from notifications.messages.wording import in_words
from states.access import Actor
from states.casebook import Casebook
from states.casebook.inquiry import assessing, rating, triage
from states.casebook.reading import overview
from states.contents.inquiry import AssessmentContent, RatingContent
from states.errors import BadContent, NotPermitted, UnknownRecord
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
        "alarms": case.opened.of("alarms"),
    }


def _of_its_level(book: Casebook, given: Given) -> None:
    """Tell at the criteria, and not by their ids, that some are of another level than was chosen."""
    level = Level(given.one("level"))
    known = {each.id for each in book.pack.levels[level].criteria}
    noted = {
        name.partition(".")[2] for name in given.said if name.startswith("supports.") and given.one(name)
    }
    if not known >= {*given.several("criteria"), *noted}:
        message = (
            f"Tick criteria of the level that you chose, {in_words(level)}, and say what supports those."
        )
        raise BadContent(message, {"criteria": message})


def _filled_in(given: Given) -> list[dict[str, Any]]:
    return instruments.filled_in(content_of(given.asked, given.said))


def _rate(book: Casebook, number: str, by: Actor, given: Given) -> None:
    _of_its_level(book, given)
    content = given.content(RatingContent, None, instruments=_filled_in(given))
    rating.rate(book, number, content, by=by)


def _to_rate(_book: Casebook, case: Case, _by: Actor) -> Mapping[str, object]:
    """Who may be in danger, and what makes them vulnerable."""
    return {"in_danger": list(in_danger.vulnerable(case.opened))}


def _to_assess(book: Casebook, case: Case, by: Actor) -> Mapping[str, object]:
    """The same, what the members rated, side by side, and how the dynamic factors went."""
    shown = {
        "ratings": ratings.together(case.opened),
        "unrated": ratings.missing(case.opened, case.team),
        "course": course.course(case.opened),
    }
    return {**_to_rate(book, case, by), **shown}


def _assess(book: Casebook, number: str, by: Actor, given: Given) -> None:
    _of_its_level(book, given)
    content = given.content(
        AssessmentContent, None, factors=given.rows("factors"), instruments=_filled_in(given)
    )
    assessing.file_assessment(book, number, content, by=by)


DECIDING = (
    Step(
        "screen",
        "Screen the report",
        "A provisional level, and why. Extreme and Severe raise the alarm at once, if it is not out already.",
        forms.screening,
        _screen,
        shows=_to_screen,
        template="cases/screen",
    ),
    Step(
        "rate",
        "Rate alone",
        "What you think, before others tell you theirs: you see theirs once yours is on record.",
        assessing_forms.rating,
        _rate,
        looks=False,
        always=True,
        shows=_to_rate,
        template="cases/rate",
    ),
    Step(
        "record_assessment",
        "Record the assessment",
        "It is on record; putting it in force is a step of its own.",
        assessing_forms.assessment,
        _assess,
        shows=_to_assess,
        template="cases/assess",
    ),
)
