"""Taking over: who follows up once a case is closed, the clock of their word, and their word (W-28)."""

from states.casebook.page import Page
from states.tables import Disposition, HandOver, table_of
from states.vocabulary.effects import Clock

_HAND_OVERS = table_of(HandOver)


def waiting_for_word(page: Page) -> list[HandOver]:
    """The hand-overs of the newest disposition that nobody has confirmed."""
    dispositions = page.rows(Disposition)
    if not dispositions:
        return []
    rows = page.rows(HandOver, _HAND_OVERS.c.disposition_id == dispositions[-1].id)
    return [row for row in rows if row.confirmed_at is None]


def start_hand_overs(page: Page) -> None:
    """Start the clock of each hand-over of the newest disposition; those of earlier ones are over."""
    page.stop(Clock.HAND_OVER)
    for row in waiting_for_word(page):
        page.start(Clock.HAND_OVER, about=row.id)


def confirm_on(page: Page, row: HandOver, *, by: str) -> None:
    """Write down that somebody took follow-up over; saying so again changes nothing."""
    if row.confirmed_at is not None:
        return
    page.set(HandOver, row.id, confirmed_at=page.now, confirmed_by=by)
    page.stop(Clock.HAND_OVER, about=row.id)
    page.log("hand_over_confirmed", hand_over=row.id, office=row.office)
