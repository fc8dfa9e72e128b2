"""What a file is called may name whoever sent it: it is withheld as their own name is (W-40)."""

from collections.abc import Callable

from states.casebook.page import Page
from states.tables import Report
from states.withholding import Withholding, on_case


def withheld_names(page: Page) -> Callable[[str], str]:
    """What says of a record whether the names of its files are withheld from whoever reads, and who can tell.

    Args:
        page: the case.

    Returns:
        Who can tell them, in words, given the record's id; empty: they are shown.
    """
    private = [report.id for report in page.rows(Report) if report.private]
    withholding = Withholding(on_case(page.by, page.case), private)

    def who_can_tell(about: str) -> str:
        _, withheld = withholding.shown("attachments", {"about": about, "content": {"name": ""}})
        return withheld.get("name", "")

    return who_can_tell
