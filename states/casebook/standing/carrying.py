"""Who is kept out of a case stays kept out of what leaves it for another one (W-39).

:func:`~states.casebook.standing.conflicts.look` finds whom a case names. What somebody said of themselves, or
the chair of somebody, no name tells: it goes along, sealed anew under the other case's key.
"""

from states.casebook.page import Page
from states.casebook.standing.conflicts import found_in, settle
from states.casebook.standing.roster import roster
from states.contents.kept import CONFLICTS
from states.contents.payloads import NOTIFY_TEAM, News
from states.contents.verbatim import ConflictContent
from states.tables import Conflict
from states.tables.columns import new_id
from states.vocabulary.effects import Clock
from states.vocabulary.people import ConflictMatch, ConflictStatus


def carry_conflicts(source: Page, target: Page, *, whole: bool = False) -> None:
    """Keep out of one case whoever is kept out of another one that it was made or filled from.

    Of a report, those go along who said it of themselves or of whom somebody decided it, and those whom
    nothing names that is left there: they came with what left. Whoever was found by what is left is looked
    for in the report itself. In doubt somebody is kept out: who chairs decides otherwise, on record.

    Args:
        source: the case that something was taken from, when it has left.
        target: the case that has it now; nobody has been let see what came.
        whole: whether everybody who is kept out goes along, as both cases are one matter.
    """
    standing = [row for row in source.rows(Conflict) if row.status != ConflictStatus.LIFTED]
    if not standing:
        return
    team = roster(target.connection, at=target.now, held=True)
    if not whole:
        left = found_in(source, {member.id for member in team})
        standing = [row for row in standing if _is_decided(row) or (row.member, row.role) not in left]
    there = {(row.member, row.role): row for row in target.rows(Conflict)}
    carried = [
        (_put(source, target, row, there.get((row.member, row.role))), row)
        for row in standing
        if not _is_out(there.get((row.member, row.role)))
    ]
    if not carried:
        return
    settle(target, team)
    for now, row in carried:
        if row.status == ConflictStatus.HELD:
            target.start(Clock.CONFLICT, about=now)
    held = any(row.status == ConflictStatus.HELD for _, row in carried)
    target.owe(NOTIFY_TEAM, News(trigger="conflict_held" if held else "conflict"))
    out = sorted({row.member for _, row in carried})
    target.log("conflict_carried_over", conflicts=[now for now, _ in carried], members=out)


def _is_decided(row: Conflict) -> bool:
    return row.match == ConflictMatch.DECLARED or row.decided_by is not None


def _is_out(row: Conflict | None) -> bool:
    return row is not None and row.status != ConflictStatus.LIFTED


def _put(source: Page, target: Page, row: Conflict, lifted: Conflict | None) -> str:
    """Write down a conflict in the other case as it stands; one that was lifted there stands again."""
    said = source.open(CONFLICTS, row).said
    if lifted is None:
        moved = {"id": new_id(), "case_id": target.case.id}
        return target.add(Conflict(**{**row.model_dump(), **moved}), ConflictContent(said=said)).id
    before = target.open(CONFLICTS, lifted).said
    target.set(
        Conflict,
        lifted.id,
        status=row.status,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        content=target.seal("conflicts", lifted.id, ConflictContent(said=(*before, *said))),
    )
    return lifted.id
