"""Guarding from pages: a court's orders, who is kept out, a reporter's privacy, and what may leave a case."""

from console.shown.case.asked import guarding
from console.web.cases.steps.step import Given, Step, here
from states.access import Act, Actor
from states.casebook import Casebook
from states.casebook.disclosing import consents, disclosures, releases
from states.casebook.protecting import attachments, orders
from states.casebook.record import evidence
from states.casebook.standing import decisions, privacy, reprisal
from states.contents.leaving import ConsentContent, DeterminationContent, ReleaseContent, as_code
from states.contents.plans import ProtectiveOrderContent
from states.contents.reports import PrivacyTalkContent, ReprisalContent
from states.gate import Outgoing
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis


def _file_order(book: Casebook, number: str, by: Actor, given: Given) -> None:
    orders.file(book, number, given.content(ProtectiveOrderContent, here(book, number, by)), by=by)


def _add_paper(book: Casebook, number: str, by: Actor, given: Given) -> None:
    file = evidence.opened(book, number, given.one("file"), by=by)
    attachments.attach(book, number, given.one("about"), b"".join(file.part()), by=by)


def _end_order(book: Casebook, number: str, by: Actor, given: Given) -> None:
    orders.end(book, number, given.one("about"), by=by, because=given.one("reason"))


def _recuse(book: Casebook, number: str, by: Actor, given: Given) -> None:
    decisions.recuse(book, number, by=by, because=given.one("reason"))


def _talk(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = given.content(PrivacyTalkContent, here(book, number, by), "about")
    privacy.talk(book, number, given.one("about"), content, by=by)


def _lift(book: Casebook, number: str, by: Actor, given: Given) -> None:
    privacy.lift(book, number, given.one("about"), by=by, because=given.one("reason"))


def _watch(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = given.content(ReprisalContent, here(book, number, by), "about")
    reprisal.record(book, number, given.one("about"), content, by=by)


def _determine(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = given.content(DeterminationContent, None, "office")
    disclosures.determine(book, number, content, by=by)


def _consent(book: Casebook, number: str, by: Actor, given: Given) -> None:
    recipient = as_code(given.one("recipient"))
    content = given.content(ConsentContent, here(book, number, by), recipient=recipient)
    consents.record(book, number, content, by=by)


def _revoke(book: Casebook, number: str, by: Actor, given: Given) -> None:
    consents.revoke(book, number, given.one("about"), by=by, because=given.one("reason"))


def _tell(book: Casebook, number: str, by: Actor, given: Given) -> None:
    outgoing = Outgoing(
        RecipientKind(given.one("to")),
        as_code(given.one("recipient")),
        Purpose(given.one("purpose")),
        LegalBasis(given.one("basis")),
        frozenset(Disclosed(each) for each in given.several("what")),
        given.one("through"),
    )
    why, asked = given.one("reason"), given.one("asked_by")
    disclosures.tell(book, number, outgoing, by=by, because=why, asked_by=asked)


def _draft_text(book: Casebook, number: str, by: Actor, given: Given) -> None:
    content = given.content(ReleaseContent, recipient=as_code(given.one("recipient")))
    releases.draft(book, number, content, by=by)


GUARDING = (
    Step(
        "file_order",
        "Put a protective order on file",
        "The police of each place it holds at get a copy. The court's own paper is added beside it.",
        guarding.ordering,
        _file_order,
    ),
    Step(
        "order_paper",
        "Add the court's own paper of an order",
        "The police of each place that the order holds at get it. Add the paper under Files first.",
        guarding.papering,
        _add_paper,
    ),
    Step(
        "end_order",
        "End a protective order",
        "It holds no more. One that is renewed is corrected instead: it gets its new day.",
        guarding.ending_order,
        _end_order,
    ),
    Step(
        "recuse",
        "Keep yourself out of this case",
        "From then on there is no such case for you. Whoever chairs may let you back in.",
        guarding.recusing,
        _recuse,
        act=Act.READ,
        looks=False,
        to="/cases",
    ),
    Step(
        "talked",
        "Enter a talk with a reporter about their privacy",
        "Whoever asked for privacy is talked with before it is given up.",
        guarding.talking,
        _talk,
        looks=False,
    ),
    Step(
        "lift_privacy",
        "Give up a reporter's privacy",
        "Everybody on the case reads from then on who reported.",
        guarding.lifting,
        _lift,
        looks=False,
    ),
    Step(
        "reprisal",
        "Enter whether a reporter is treated badly",
        "Whoever reports in good faith is protected. Until somebody has acted, a clock asks for it: agree on "
        "an action with the team, or recommend something under “Refer to an office”, then enter it here.",
        guarding.watching,
        _watch,
        looks=False,
        offers=True,
    ),
    Step(
        "determine",
        "Determine a health or safety emergency",
        "What it permits may leave from then on, and what waited for it leaves at once.",
        guarding.determining,
        _determine,
        act=None,
    ),
    Step(
        "consent",
        "Enter a consent",
        "Somebody consented that something be told. What waited for it leaves at once.",
        guarding.consenting,
        _consent,
    ),
    Step(
        "revoke_consent",
        "Enter that a consent was taken back",
        "Nothing leaves on it any more; what left stays told.",
        guarding.revoking,
        _revoke,
        looks=False,
    ),
    Step(
        "tell",
        "Ask whether you may tell somebody something",
        "By phone or in person. If the policy lets it be told, that is on record, and so is a refusal.",
        guarding.telling,
        _tell,
        looks=False,
    ),
    Step(
        "draft_text",
        "Draft a text that is told outside",
        "The offices that have to clear it see it alone, and agree or decline. Then these words are told.",
        guarding.drafting_text,
        _draft_text,
    ),
)
