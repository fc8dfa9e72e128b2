"""Who may be in danger: targets, victims, affected staff; what is done for them, and the follow-up (W-53)."""

from datetime import datetime

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.persons import subjects
from states.casebook.standing.conflicts import look
from states.casebook.standing.taking_part import require_fit
from states.contents.inquiry import RemarkContent, reason
from states.contents.plans import TargetContent
from states.contents.reports import aware
from states.errors import BadInput, Refused
from states.tables import Target, TargetStep
from states.vocabulary.danger import TargetStepKind
from states.vocabulary.effects import Clock

#: an id's least characters by which a person in danger may be named
SHORTEST = 6


def add(book: Casebook, number: str, content: TargetContent, *, by: Actor) -> str:
    """Put somebody who may be in danger on record; the clock of the follow-up starts. Returns the id.

    Raises:
        BadInput: the owner is no active member, the follow-up's time has passed, or there is no such site.
    """
    with book.page(number, by, Act.RECORD) as page:
        _check(page, content)
        row = Target(
            case_id=page.case.id,
            at=page.now,
            by=by.id,
            role=content.role,
            owner=content.owner or page.case.lead or by.id,
        )
        page.add(row, content)
        subjects.follow(page)
        for done in content.done:
            _step(page, row.id, TargetStepKind.MEASURE, RemarkContent(text=done))
        page.start(Clock.TARGET_FOLLOW_UP, about=row.id, owner=row.owner, due_at=content.follow_up_at)
        page.log("target_added", target=row.id, role=row.role, owner=row.owner)
        look(page)
        return row.id


def _check(page: Page, content: TargetContent) -> None:
    if content.site:
        page.pack.site(content.site)
    if content.owner:
        require_fit(page, content.owner)
    if content.follow_up_at is not None:
        ahead(page, content.follow_up_at)


def ahead(page: Page, at: datetime) -> datetime:
    """The time of a next follow-up, which lies ahead.

    Raises:
        BadInput: it has passed, or lacks its time zone.
    """
    if aware(at, "the time of the follow-up") < page.now:
        raise BadInput("The time of the follow-up has passed. Nothing was written: correct it.")
    return at


def record_measure(book: Casebook, number: str, target_id: str, text: str, *, by: Actor) -> str:
    """Record what was done for somebody in danger; the follow-up goes on. Returns the entry's id.

    Raises:
        BadInput: nothing is said. UnknownRecord: the case has no such record.
    """
    said = _said(text, "what was done")
    with book.page(number, by, Act.RECORD) as page:
        page.row(Target, target_id)
        step_id = _step(page, target_id, TargetStepKind.MEASURE, said)
        page.log("target_measure_taken", target=target_id, step=step_id)
        return step_id


def follow_up(
    book: Casebook, number: str, target_id: str, text: str, *, by: Actor, next_at: datetime | None = None
) -> str:
    """Record how a follow-up with somebody in danger went; returns the entry's id.

    Args:
        book: the casebook.
        number: the case's number.
        target_id: the person in danger.
        text: how it went.
        by: who followed up.
        next_at: when they are spoken with again (aware); None: the follow-up has come to its end.

    Raises:
        BadInput: nothing is said, or the next time has passed.
    """
    said = _said(text, "how it went")
    with book.page(number, by, Act.RECORD) as page:
        row = page.row(Target, target_id)
        if next_at is not None:
            ahead(page, next_at)
        step_id = _step(page, target_id, TargetStepKind.FOLLOW_UP, said)
        page.stop(Clock.TARGET_FOLLOW_UP, about=target_id)
        if next_at is None:
            page.set(Target, target_id, settled_at=page.now, waived=False)
        else:
            page.set(Target, target_id, settled_at=None, waived=False)
            page.start(Clock.TARGET_FOLLOW_UP, about=target_id, owner=row.owner, due_at=next_at)
        page.log("target_followed_up", target=target_id, step=step_id, goes_on=next_at is not None)
        return step_id


def waive(book: Casebook, number: str, target_id: str, *, by: Actor, because: str) -> None:
    """Waive the follow-up with somebody in danger, with a reason.

    Raises:
        Refused: it has come to its end already. BadInput: no reason is given.
    """
    remark = reason(because, "a waiver")
    with book.page(number, by, Act.RECORD) as page:
        if page.row(Target, target_id).settled_at is not None:
            raise Refused("This follow-up has come to its end already. Nothing was written.")
        step_id = _step(page, target_id, TargetStepKind.WAIVED, remark)
        page.set(Target, target_id, settled_at=page.now, waived=True)
        page.stop(Clock.TARGET_FOLLOW_UP, about=target_id)
        page.log("target_follow_up_waived", target=target_id, step=step_id)


def referred_to(page: Page, given: tuple[str, ...]) -> list[str]:
    """The ids of those in danger whom a plan refers to, each by its first characters at least (W-10).

    Raises:
        BadInput: nobody on record is meant by one of them, or several are.
    """
    known = [row.id for row in page.rows(Target)]
    found = []
    for start in given:
        matching = [each for each in known if len(start) >= SHORTEST and each.startswith(start)]
        if len(matching) != 1:
            raise BadInput(
                f"An entry of `targets` names nobody on {page.case.number}'s record: give the ids of "
                f"those who are (`tat target list {page.case.number}`). Nothing was written."
            )
        found += matching
    return found


def _said(text: str, what: str) -> RemarkContent:
    said = RemarkContent.read({"text": text})
    if not said.text:
        raise BadInput(f"Say {what}: --what is empty. Nothing was written.")
    return said


def _step(page: Page, target_id: str, kind: TargetStepKind, said: RemarkContent) -> str:
    row = TargetStep(case_id=page.case.id, at=page.now, by=page.by.id, target_id=target_id, kind=kind)
    return str(page.add(row, said).id)
