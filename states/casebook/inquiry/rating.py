"""Rating: each member says alone what they think, before they see what the others do."""

from states.access import Act, Actor
from states.casebook.book import Casebook
from states.casebook.inquiry.assessing import check_criteria, require_assessable
from states.casebook.inquiry.instruments import judged
from states.contents.inquiry import RatingContent
from states.errors import Refused
from states.tables import Assessment, Rating, table_of


def rate(
    book: Casebook, number: str, content: RatingContent, *, by: Actor, expected: int | None = None
) -> str:
    """Put on record what a member thinks before they know what the others do (W-05, W-19); returns its id.

    Until the team files its next assessment, others' ratings are shown to those alone who have rated, too
    (:func:`states.casebook.reading.whole_case.dossier`). So a member rates once in between: whoever has seen
    the others' no longer rates alone.

    Args:
        book: the casebook.
        number: the case's number.
        content: what they think.
        by: the member.
        expected: the version that they saw.

    Raises:
        BadInput: a criterion is none of the level's, or an instrument is not answered as it asks.
        Refused: they have rated already, or the case is not at a stage where it is assessed.
    """
    with book.page(number, by, Act.RECORD, expected=expected) as page:
        require_assessable(page)
        check_criteria(book, content)
        content = judged(book.pack, content)
        settled = max((row.seq for row in page.rows(Assessment)), default=0)
        mine = page.rows(Rating, table_of(Rating).c.by == by.id)
        if any(row.seq > settled for row in mine):
            raise Refused(
                "You have rated already, and see what others rated. Nothing was written: what you think now "
                "goes into the team's assessment."
            )
        row = page.add(Rating(case_id=page.case.id, at=page.now, by=by.id), content)
        page.log("rated", rating=row.id)
        return row.id
