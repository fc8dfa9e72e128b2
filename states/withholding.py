"""What of a case is withheld from whom: by the class of a field, and by what somebody is on the case.

One table says who sees which class. What somebody may not see is empty in what they are given, and beside it
stands who can tell (:func:`withheld`).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import cast

from states.access import Actor, chairs, roles_on
from states.contents.classes import AS_CORRECTED, CLASSES, COLUMNS, FieldClass, class_of
from states.tables import Case
from states.vocabulary.people import Role


class OnCase(StrEnum):
    """What somebody is on a case, as far as it decides what they see of it; they may be several of these."""

    CHAIR = "the chair"
    LEAD = "the lead"
    #: on the case, and of those who screen
    INTAKE = "intake"
    #: by name, by office, or of the office outside
    MEMBER = "a member on the case"
    #: of no office, brought onto the case for a time (W-50)
    EXPERT = "an expert on the case"
    #: opened it in an emergency
    ONLOOKER = "whoever broke the glass"
    CUSTODIAN = "the custodian of records"
    #: whoever is handed the case file, whoever hands it out
    OUTSIDE = "whoever it is handed to"


_IN_CHARGE = (OnCase.CHAIR, OnCase.LEAD)
_AT_WORK = (*_IN_CHARGE, OnCase.MEMBER)

#: what law enforcement answers goes to nobody outside; what counselors know, to whoever works on it (U-09)
_RECORDS = (*_AT_WORK, OnCase.EXPERT, OnCase.ONLOOKER, OnCase.CUSTODIAN, OnCase.OUTSIDE)

#: who sees what a field tells, by its class
SEES: Mapping[FieldClass, tuple[OnCase, ...]] = {
    FieldClass.PLAIN: tuple(OnCase),
    # Whoever needs it (W-40): who talks with the reporter, and who answers for the team.
    FieldClass.REPORTER: (OnCase.CHAIR, OnCase.INTAKE),
    FieldClass.RECORDS: _RECORDS,
    FieldClass.LAW_ENFORCEMENT: (*_AT_WORK, OnCase.ONLOOKER, OnCase.CUSTODIAN),
    FieldClass.COUNSELLING: (*_AT_WORK, OnCase.EXPERT, OnCase.CUSTODIAN),
    FieldClass.WHEREABOUTS: (*_AT_WORK, OnCase.EXPERT, OnCase.ONLOOKER, OnCase.INTAKE),
    FieldClass.CONFLICT: (OnCase.CHAIR, OnCase.CUSTODIAN),
}

#: what stands in place of a reporter who asked for privacy
KEPT_PRIVATE = {"name": "(asked for privacy)", "phone": "", "email": ""}


def on_case(actor: Actor, case: Case) -> frozenset[OnCase]:
    """What somebody is on a case; nothing: they have no business there.

    Args:
        actor: the person.
        case: the case.
    """
    roles = roles_on(actor, case)
    lasting = replace(actor, roles=actor.roles - {Role.INTAKE})
    works = Role.MEMBER in roles_on(lasting, case) and lasting.on(case)
    # A member of the team is one also while they are on the case for a time only.
    is_member = works and Role.EXPERT not in actor.roles
    are = {
        OnCase.CHAIR: chairs(actor, case),
        OnCase.LEAD: is_member and actor.id == case.lead,
        OnCase.INTAKE: Role.INTAKE in roles and actor.on(case),
        OnCase.MEMBER: is_member,
        OnCase.EXPERT: works and not is_member,
        OnCase.ONLOOKER: Role.ONLOOKER in roles,
        OnCase.CUSTODIAN: Role.CUSTODIAN in roles,
    }
    return frozenset(each for each, holds in are.items() if holds)


def sees(given: Collection[OnCase], of: FieldClass | None) -> bool:
    """Whether somebody sees fields of a class; of none, nobody does."""
    return of is not None and not set(SEES[of]).isdisjoint(given)


def names_reporters(actor: Actor, case: Case) -> bool:
    """Whether somebody is told the name of a reporter who asked for privacy: the chair and intake (W-40)."""
    return sees(on_case(actor, case), FieldClass.REPORTER)


def who_can_tell(of: FieldClass | None) -> str:
    """Who can tell what is withheld, in words: the chair and one other who sees it always."""
    first = [one for one in SEES.get(of or FieldClass.CONFLICT, ()) if one is not OnCase.MEMBER][:2]
    return " and ".join(first)


class Withholding:
    """What of one case is withheld from one person.

    Args:
        given: what they are on the case.
        private: ids of the reports whose reporters asked for privacy.
    """

    def __init__(self, given: Collection[OnCase], private: Collection[str]) -> None:
        self._given = frozenset(given)
        self._private = frozenset(private)

    def shown(
        self, table: str, row: Mapping[str, object], corrected: Mapping[str, object] | None = None
    ) -> tuple[dict[str, object], dict[str, str]]:
        """A record without what is withheld of it; and each field that is, by name, with who can tell.

        Args:
            table: the record's table.
            row: the record with its content opened.
            corrected: of a correction, the record that was corrected.
        """
        kept, content = dict[str, str](), dict(cast(Mapping[str, object], row["content"]))
        for field, said in tuple(content.items()):
            if CLASSES.get(table, {}).get(field) == AS_CORRECTED:
                content[field], parts = self._former(row, cast(Mapping[str, object], said), corrected or {})
                kept |= parts
            elif not self._sees(table, field, row):
                content[field] = _emptied(table, field, said)
                kept[field] = who_can_tell(class_of(table, field, row))
        columns = {}
        for name in COLUMNS.get(table, {}):
            if row[name] and not self._sees(table, name, row):
                columns[name], kept[name] = "", who_can_tell(class_of(table, name, row))
        return dict(row) | columns | {"content": content}, kept

    def _sees(self, table: str, field: str, row: Mapping[str, object]) -> bool:
        of = class_of(table, field, row)
        if of is FieldClass.REPORTER and not self._is_private(table, row):
            of = FieldClass.PLAIN
        return sees(self._given, of)

    def _is_private(self, table: str, row: Mapping[str, object]) -> bool:
        if table == "notices":
            return bool(self._private)
        return str(row["id"] if table == "reports" else row.get("report_id") or row["about"]) in self._private

    def _former(
        self, row: Mapping[str, object], former: Mapping[str, object], corrected: Mapping[str, object]
    ) -> tuple[dict[str, object], dict[str, str]]:
        """The former wording of what was corrected, each field by its own class."""
        table, shown, kept = str(row["table"]), dict[str, object](), dict[str, str]()
        for field, said in former.items():
            if self._sees(table, field, corrected):
                shown[field] = said
            else:
                kept[f"former {field}"] = who_can_tell(class_of(table, field, corrected))
        return shown, kept


def _emptied(table: str, field: str, said: object) -> object:
    if (table, field) == ("reports", "reporter"):
        return KEPT_PRIVATE
    return {} if isinstance(said, dict) else [] if isinstance(said, list | tuple) else ""
