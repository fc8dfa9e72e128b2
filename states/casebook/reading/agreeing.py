"""What in a case waits for the agreement of a second member, or of the chair (W-07, W-11, W-19)."""

from collections.abc import Mapping
from typing import Any

from states.access import Actor, chairs
from states.standing_level import GRAVE
from states.tables import Case
from states.vocabulary.cases import Level


def waits_for_agreement(dossier: Mapping[str, Any], by: Actor) -> list[Mapping[str, Any]]:
    """The screening and the assessment with which somebody is still to agree, the newer one first.

    A screening that sees no risk needs it, and whatever gives a lower level than was on record before it in
    this course of the case. An older one than the newest of its kind decides nothing any more, nor does a
    screening once the team has assessed, nor an assessment by which the case goes already.

    Args:
        dossier: the case, as :func:`states.casebook.reading.whole_case.dossier` gives it.
        by: who would agree.
    """
    case = Case(**dossier["case"])
    course = [
        row for row in (*dossier["screenings"], *dossier["assessments"]) if row["seq"] >= case.levels_since
    ]
    course.sort(key=lambda row: row["seq"])
    assessed = [row for row in course if "participants" in row]
    screened = [] if assessed else course
    newest = [row for row in (*screened[-1:], *assessed[-1:]) if row["id"] != case.assessment_id]
    return [row for row in newest if _waits(dossier, case, course, row, by)]


def _waits(
    dossier: Mapping[str, Any], case: Case, course: list[Any], row: Mapping[str, Any], by: Actor
) -> bool:
    agreed = [each for each in dossier["concurrences"] if each["about"] == row["id"]]
    if by.id == row["by"] or by.id in {each["by"] for each in agreed}:
        return False
    before = [Level(each["level"]) for each in course if each["seq"] < row["seq"]]
    falls = any(level.gravity > Level(row["level"]).gravity for level in before)
    if not falls and ("participants" in row or row["level"] != Level.NONE):
        return False
    if all(each["by"] == row["by"] for each in agreed):
        return True
    chaired = row["chair"] or any(each["chair"] for each in agreed)
    return not chaired and any(level in GRAVE for level in before) and chairs(by, case)
