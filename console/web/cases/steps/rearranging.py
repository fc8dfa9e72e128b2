"""Putting right from pages: reports that do not count or belong elsewhere, who the person is, two cases."""

from collections.abc import Callable
from functools import wraps

from console.shown.case.asked import rearranging
from console.shown.case.asked.meanwhile import told_of
from console.web.cases.steps.step import Given, Step, here, no_such_other
from states.access import Actor
from states.casebook import Casebook
from states.casebook.inquiry import assessing, correcting
from states.casebook.persons import joining, relations
from states.casebook.rearranging import merging, moving, withdrawing
from states.contents.plans import ReferralContent
from states.contents.reports import SubjectContent
from states.errors import BadContent, NoSuchCase
from states.vocabulary.cases import Relation

Between = Callable[[Casebook, str, str, Actor, Given], None]


def _between(do: Between) -> Callable[[Casebook, str, Actor, Given], None]:
    """A step between two cases, of which the other was chosen or typed."""

    @wraps(do)
    def done(book: Casebook, number: str, by: Actor, given: Given) -> None:
        other = given.other()
        if not other:
            said = "Choose a case, or give its number."
            raise BadContent(said, {"typed": said})
        try:
            do(book, number, other, by, given)
        except NoSuchCase:
            raise no_such_other() from None

    return done


def _withdraw(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about, why = given.one("about"), given.one("reason")
    withdrawing.withdraw_report(book, number, about, by=by, because=why)


def _reinstate(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about, why = given.one("about"), given.one("reason")
    withdrawing.reinstate_report(book, number, about, by=by, because=why)


def _agree_false(book: Casebook, number: str, by: Actor, given: Given) -> None:
    assessing.concur(book, number, by=by, about=given.one("about"), comment=given.one("reason"))


def _mark_false(book: Casebook, number: str, by: Actor, given: Given) -> str:
    recommended = {"kind": given.one("kind"), "recommendation": given.one("recommendation")}
    referral = ReferralContent.read(recommended) if recommended["recommendation"] else None
    about, why = given.one("about"), given.one("reason")
    marked = withdrawing.mark_false(book, number, about, by=by, because=why, referral=referral)
    return marked.number


@_between
def _move(book: Casebook, number: str, other: str, by: Actor, given: Given) -> None:
    moving.move_report(book, number, given.one("about"), to=other, by=by, because=given.one("reason"))


def _split(book: Casebook, number: str, by: Actor, given: Given) -> str:
    reports, why = given.several("reports"), given.one("reason")
    return moving.split(book, number, reports, by=by, because=why).number


def _decide_person(book: Casebook, number: str, by: Actor, given: Given) -> None:
    told = told_of(given.asked, given.said, SubjectContent.model_fields)
    content = SubjectContent.read(told, here(book, number, by))
    correcting.correct_subject(book, number, content, by=by, because=given.one("reason"))


def _restore_person(book: Casebook, number: str, by: Actor, given: Given) -> None:
    correcting.restore(book, number, given.one("about"), by=by, because=given.one("reason"))


@_between
def _same_person(book: Casebook, number: str, other: str, by: Actor, given: Given) -> None:
    same, why = given.one("same") == "yes", given.one("reason")
    joining.confirm_link(book, number, other, by=by, same_person=same, because=why)


@_between
def _unlink(book: Casebook, number: str, other: str, by: Actor, given: Given) -> None:
    joining.unlink(book, number, other, by=by, because=given.one("reason"))


@_between
def _join(book: Casebook, number: str, other: str, by: Actor, given: Given) -> None:
    merging.merge(book, number, other, by=by, because=given.one("reason"))


@_between
def _part(book: Casebook, number: str, _other: str, by: Actor, given: Given) -> None:
    merging.unmerge(book, number, by=by, because=given.one("reason"))


@_between
def _relate(book: Casebook, number: str, other: str, by: Actor, given: Given) -> None:
    kind, _, side = given.one("kind").partition(" ")
    one, two = (number, other) if side == "first" else (other, number)
    relations.relate(book, one, two, Relation(kind), by=by, because=given.one("reason"))


def _unrelate(book: Casebook, number: str, by: Actor, given: Given) -> None:
    kind, side, other = given.one("about").split(" ", 2)
    one, two = (number, other) if side == "first" else (other, number)
    relations.unrelate(book, one, two, Relation(kind), by=by, because=given.one("reason"))


REARRANGING = (
    Step(
        "withdraw_report",
        "Withdraw a report",
        "It was taken back, or entered by mistake: it stays readable, and counts no more. The level stays.",
        rearranging.withdrawing,
        _withdraw,
    ),
    Step(
        "reinstate_report",
        "Let a report count again",
        "It counts as it did before; that it did not, and why, stays on record.",
        rearranging.reinstating,
        _reinstate,
    ),
    Step(
        "agree_false",
        "Agree that a report is false",
        "You find, as one of two members, that whoever made it lied on purpose. Another one marks it.",
        rearranging.agreeing_that_false,
        _agree_false,
        looks=False,
    ),
    Step(
        "mark_false",
        "Mark a report deliberately false",
        "It counts no more. Whoever made it, if known, gets a case of their own, in which they are referred.",
        rearranging.marking_false,
        _mark_false,
    ),
    Step(
        "move_report",
        "Move a report to another case",
        "It is about the person of that case, and leaves nothing here but that it was there, and where to.",
        rearranging.moving,
        _move,
        two=True,
    ),
    Step(
        "person",
        "Say who the person is",
        "What stood before and what reporters wrote stay on record. The case is found by what you say here.",
        rearranging.person,
        _decide_person,
    ),
    Step(
        "restore_person",
        "Go back to who the person was",
        "An earlier decision holds again; the later ones stay on record.",
        rearranging.restoring,
        _restore_person,
    ),
    Step(
        "same_person",
        "Say whether it is the same person",
        "It goes on record in both cases, with your name.",
        rearranging.same_person,
        _same_person,
        looks=False,
        two=True,
    ),
    Step(
        "unlink",
        "Take back what was said of two cases",
        "Nothing is said any more of whether they are about one person; that it was stays on record in both.",
        rearranging.unlinking,
        _unlink,
        looks=False,
        two=True,
    ),
    Step(
        "join",
        "Let it go on in the earlier case",
        "Its reports move there, and this case is closed; its number leads on to what was written here. A "
        "graver level goes along.",
        rearranging.joining,
        _join,
        two=True,
    ),
    Step(
        "part",
        "Let it stand on its own again",
        "It is no part of the other case any more. Reopen it then, and move its reports back.",
        rearranging.parting,
        _part,
        two=True,
    ),
    Step(
        "split",
        "Split off a case",
        "Reports about somebody else get a case of their own, with the same team on it, to be screened.",
        rearranging.splitting,
        _split,
    ),
    Step(
        "relate",
        "Relate it to another case",
        "What this person and that of the other case have to do with each other stands on both.",
        rearranging.relating,
        _relate,
        looks=False,
        two=True,
    ),
    Step(
        "unrelate",
        "Take a relation back",
        "That it was said stays on record of both cases.",
        rearranging.unrelating,
        _unrelate,
        looks=False,
        two=True,
    ),
)
