"""What may be done about each record on a case's sheets: links to the pages of the steps that do it."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from console.shown.case.asked.correcting import called, correctable
from console.shown.parts import Link
from console.web.cases.doing import STEPS
from console.web.cases.opening import Case
from states.access import MAY, Actor, why_not
from states.tables import Case as CaseRow


def ways_of(case: Case, by: Actor, sheet: str) -> Mapping[str, tuple[Link, ...]]:
    """The steps that somebody may take about each record, by its id.

    Args:
        case: the case as it was opened.
        by: who looks.
        sheet: the sheet that they look at, to which they come back.
    """
    row = CaseRow(**case.opened.dossier["case"])
    room = f"/cases/{row.number}"
    found = sorted(_found(case, by), key=lambda each: each[0])
    return {
        about: tuple(
            Link(does, f"{room}/steps/{step}?about={about}&back={room}/{sheet}", of=of)
            for _, step, does, of in each
            if _may(by, step, row)
        )
        for about, each in groupby(found, key=lambda each: each[0])
    }


def _may(by: Actor, step: str, row: CaseRow) -> bool:
    act = STEPS[step].act
    return act is None or why_not(by, MAY[act], row) is None


def _found(case: Case, by: Actor) -> Iterator[tuple[str, str, str, str]]:
    """Of each record: its id, the step, what the link says, and what the record is called."""
    for entry, row in correctable(case.opened, by):
        yield row["id"], "correct", "Correct", called(case.opened, entry.table, row)
