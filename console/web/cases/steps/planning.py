"""Planning from pages: the plan, its approval beside what changed, its actions, coming back, referrals."""

from collections.abc import Mapping

from console.shown.case.asked import plans
from console.shown.case.beside import versions
from console.shown.case.measures.carried import leaves
from console.web.cases.opening import Case
from console.web.cases.steps.step import Given, Step, here
from states.access import Actor
from states.casebook import Casebook
from states.casebook.plan import coming_back, doing, planning
from states.casebook.referrals import referring
from states.contents.plans import PlanContent, ReferralContent, ReintegrationContent
from states.errors import BadContent


def _draft(book: Casebook, number: str, by: Actor, given: Given) -> None:
    if given.several("library"):
        message = "Press “Room for another action” first, so that what you ticked becomes actions."
        raise BadContent(message, {"library": message})
    content = given.content(PlanContent, here(book, number, by), "library")
    planning.draft_plan(book, number, content, by=by)


def _to_approve(_book: Casebook, case: Case, _by: Actor) -> Mapping[str, object]:
    """The plan as it would be approved, and what changed since the last version."""
    opened = case.opened
    return {
        "shown": list(versions.newest_plan(opened)),
        "changed": versions.changed(opened),
        "warns": " ".join(leaves(opened).sentences),
    }


def _approve(book: Casebook, number: str, by: Actor, given: Given) -> None:
    planning.approve_plan(book, number, given.one("about"), by=by)


def _act(book: Casebook, number: str, by: Actor, given: Given) -> None:
    about, report = given.one("about"), given.one("report")
    if given.one("done") == "yes":
        doing.complete_action(book, number, about, by=by, report=report)
    else:
        doing.report_on_action(book, number, about, report, by=by)


def _come_back(book: Casebook, number: str, by: Actor, given: Given) -> None:
    conditions = given.texts("conditions")
    content = given.content(ReintegrationContent, here(book, number, by), conditions=conditions)
    coming_back.draft_reintegration(book, number, content, by=by)


def _check_in(book: Casebook, number: str, by: Actor, given: Given) -> None:
    waived = "" if given.one("done") == "yes" else given.reason("reason", "Why it is waived")
    coming_back.settle_check_in(book, number, given.one("about"), by=by, waived_because=waived)


def _refer(book: Casebook, number: str, by: Actor, given: Given) -> None:
    referring.refer(book, number, given.content(ReferralContent), by=by)


PLANNING = (
    Step(
        "draft_plan",
        "Draft the plan",
        "It takes the place of the draft before it, which stays on record. Somebody else approves it.",
        plans.drafting,
        _draft,
        looks=False,
        fills=plans.chosen,
    ),
    Step(
        "approve_plan",
        "Approve the plan",
        "You have read it, and it is what the team wants. It begins once it is put into action.",
        plans.approving,
        _approve,
        looks=False,
        shows=_to_approve,
        template="cases/approve",
    ),
    Step(
        "action",
        "Report on an action",
        "What was done, and what came of it.",
        plans.acted,
        _act,
        act=None,
        looks=False,
        always=True,
    ),
    Step(
        "draft_reintegration",
        "Draft the plan for coming back",
        "What is agreed with the person, and when somebody sees how it goes.",
        plans.coming_back,
        _come_back,
        looks=False,
    ),
    Step(
        "check_in",
        "Report on a check-in",
        "That it took place, or why it does not.",
        plans.checking_in,
        _check_in,
        looks=False,
    ),
    Step(
        "refer",
        "Refer to an office",
        "The office is written to at once, as far as the policy lets it be; its vice president hears of it.",
        plans.referring,
        _refer,
    ),
)
