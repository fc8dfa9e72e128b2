"""Break-glass: a case opened in an emergency by somebody who is not on it, with a reason, for a time.

Whoever chairs is told at once, every reading is marked in the ledger, and a second person says afterwards
whether it was justified; whoever broke the glass is told of that. For whoever is kept out of a case there is
none to open; that they tried stands in the team's own chain, as if there were none.
"""

from datetime import datetime

from states.access import MAY, Act, Actor, permit, why_not
from states.access import chairs as chairs_in
from states.casebook.book import Casebook
from states.casebook.page import Page
from states.casebook.persons.typed import case_number
from states.casebook.standing.conflicts import chairs
from states.casebook.standing.roster import roster
from states.casebook.standing.taking_part import require_second
from states.casebook.team.guests import close, let_in, over
from states.contents.inquiry import GlassReview, StayContent, reason
from states.contents.kept import STAYS
from states.contents.payloads import NOTIFY_TEAM, News
from states.errors import CaseErased, NotPermitted, Refused, UnknownRecord
from states.ledger import chain
from states.tables import Stay
from states.vocabulary.effects import Clock
from states.vocabulary.people import GuestWay

#: what the team's chain says of a try that was refused
REFUSED = "glass_refused"

#: what whoever opened a case is told of, by whether that was justified
REVIEWED = {True: "glass_justified", False: "glass_not_justified"}


def break_glass(book: Casebook, number: str, *, by: Actor, because: str) -> datetime:
    """Open a case that one is not on, to read it; returns until when (the policy says how long).

    A try that is refused is put on record, alike whether there is such a case or not.

    Args:
        book: the casebook.
        number: the case's number.
        by: a member of the team, or of those who screen, who showed just now that it is them.
        because: why it cannot wait.

    Raises:
        BadInput: no reason is given.
        NotPermitted: their role knows no case.
        UnknownRecord: there is no such case, or they are kept out of it: both are answered alike (W-39).
        Refused: they may open it as it is.
    """
    try:
        # Whose role opens no case like that is told so first, whatever they typed.
        permit(by, Act.BREAK_GLASS)
        why = reason(because, "opening a case that you are not on")
        return _broken(book, number, by, StayContent(because=why.text))
    except (UnknownRecord, NotPermitted, CaseErased):
        _put_on_record(book, number, by)
        raise


def _broken(book: Casebook, number: str, by: Actor, content: StayContent) -> datetime:
    with book.page(number, by, None) as page:
        if why_not(by, MAY[Act.READ], page.case) is None:
            raise Refused(f"You may open {number} as it is. Nothing was written.")
        # The chair may have brought them until a moment ago, and no round has handed over what they held.
        over(page, by.id)
        until = page.now + book.pack.break_glass.lasts.delta
        row = Stay(
            case_id=page.case.id, at=page.now, by=by.id, member=by.id, way=GuestWay.BREAK_GLASS, until=until
        )
        page.add(row, content)
        let_in(page, row)
        in_charge = chairs(page.case, roster(page.connection))
        page.start(Clock.BREAK_GLASS, about=row.id, owner=next(iter(in_charge), ""))
        page.owe(NOTIFY_TEAM, News(trigger="glass_broken", only=tuple(in_charge)))
        page.log("glass_broken", stay=row.id, until=until.isoformat())
        return until


def _put_on_record(book: Casebook, number: str, by: Actor) -> None:
    """Put a refused try into the team's chain: a case's own would tell that there is one.

    Anything but a case's number is left out, as it may be somebody's name.
    """
    with book.store.write() as connection:
        book.lock_team(connection)
        chain.append_of_team(connection, at=book.clock(), actor=by, what=REFUSED, number=case_number(number))


def review(book: Casebook, number: str, stay_id: str, *, by: Actor, justified: bool, because: str) -> None:
    """Say, as a second person, whether a case was rightly opened in an emergency; if not, it is over.

    Whoever opened it is told of the outcome.

    Args:
        book: the casebook.
        number: the case's number.
        stay_id: id of the stay that began by it.
        by: whoever chairs in the case, or the custodian of records.
        justified: whether it was.
        because: why.

    Raises:
        BadInput: no reason is given.
        Refused: it was reviewed already, or it is their own.
    """
    why = reason(because, "a review of break-glass")
    with book.page(number, by, Act.REVIEW_GLASS) as page:
        row = page.row(Stay, stay_id)
        if row.way != GuestWay.BREAK_GLASS:
            raise Refused(
                "The chair brought them onto the case: there is nothing to review. Nothing was written."
            )
        if row.reviewed_at is not None:
            raise Refused(f"{row.reviewed_by} has reviewed this already. Nothing was written.")
        require_second(page, row.member, "Somebody else than whoever broke the glass reviews it.")
        said = page.open(STAYS, row).model_copy(update={"review": why.text})
        content = page.seal("stays", row.id, said)
        page.set(
            *(Stay, row.id),
            reviewed_by=by.id,
            reviewed_at=page.now,
            justified=justified,
            content=content,
        )
        if not justified and row.ended_at is None:
            close(page, row.member)
        page.stop(Clock.BREAK_GLASS, about=row.id)
        page.owe(NOTIFY_TEAM, News(trigger=REVIEWED[justified], only=(row.member,)))
        page.log("glass_reviewed", stay=row.id, justified=justified)


def review_corrected(page: Page, row: Stay, right: GlassReview) -> bool:
    """Set right what hangs on a review of break-glass: the stay, and what whoever opened the case was told.

    Args:
        page: the case.
        row: the stay, as it was on record.
        right: what is right of its review.

    Returns:
        Whether it was justified.

    Raises:
        BadInput: no reason is left.
        NotPermitted: they neither reviewed it nor chair in the case, or it is their own.
        Refused: nobody has reviewed it yet.
    """
    if row.reviewed_at is None or right.justified is None:
        raise Refused("Nobody has reviewed this yet: review it first. Nothing was written.")
    if page.by.id != row.reviewed_by and not chairs_in(page.by, page.case):
        raise NotPermitted("Whoever reviewed it, or the chair, corrects that. Nothing was written.")
    require_second(page, row.member, "Somebody else than whoever broke the glass reviews it.")
    reason(right.review, "a review of break-glass")
    if right.justified != row.justified:
        if not right.justified and row.ended_at is None:
            close(page, row.member)
        page.owe(NOTIFY_TEAM, News(trigger=REVIEWED[right.justified], only=(row.member,)))
    return right.justified
