"""What the ledger tells of every row: what is written once, what events change, what moves without them.

An event carries, beside the digests of the contents written with it, one digest of everything that is
written once in a new row, and one for each column that it changes. Never what stands there, only digests of
it: a case that was erased still verifies. A value that is a column's default has no digest, so that a later
schema may add a column without a word to the ledger.

Where a digest belongs is its place: ``table/id`` of a sealed content, ``table/id#`` of what is written once,
``table/id#column`` of a column that changes. A row that two cases share is told of by either, as a whole, at
``table/id#revision``. Clocks are stopped by what they are, without being looked at:
``deadlines~clocks~record``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from pydantic_core import PydanticUndefined
from sqlmodel import SQLModel

from states.ledger.chain import canonical, sha
from states.tables import new_id
from states.vault import digest
from states.vocabulary.effects import DeadlineStage, NoticeStatus

#: by which rules events tell of rows; a case that was begun by others is told of anew (see the casebook)
RULES = 2

#: the same of the team's rows: the event that told of them says by which, the first ones by none
TEAM_RULES = 2

#: how long an effect waits at most after an attempt has failed: the longest that a policy may say
LONGEST_PAUSE = timedelta(days=1)

#: the columns that hold what is sealed; the digest of the whole content stands in for each
SEALED = ("content", "payload", "wrapped")

#: the columns that events change, by table; all others but those below are written once
CHANGING: Mapping[str, tuple[str, ...]] = {
    "accounts": ("link", "link_until", "locked_until", "step", "subject"),
    "agreements": ("kinds", "signed_at", "ends_at", "reviewed_at", "ended_at"),
    "alarm_calls": ("status", "sent_at"),
    "alarms": ("followed_by", "taken_over_at", "police_alerted_at", "reviewed_at"),
    "assessments": ("criteria", "conditions", "participants", "offices"),
    "attachments": ("stored", "withdrawn_at"),
    "calls": ("outcome", "called_at", "called_by"),
    "changes": ("taken_back_at",),
    "check_ins": ("owner", "due_at", "done_at", "waived"),
    "conflicts": ("match", "status", "decided_by", "decided_at"),
    "consents": (
        *("recipient_kind", "recipient", "purpose", "what", "given_at", "valid_until"),
        "revoked_at",
    ),
    "deadlines": ("owner", "stage", "next_at", "satisfied_at"),
    "dispositions": ("tell_reporter",),
    "duty_shifts": ("member_id", "offered_to"),
    "effects": ("due_at", "done_at", "code"),
    "hand_overs": ("confirmed_at", "confirmed_by"),
    "known_browsers": ("locked_until", "ended_at"),
    "link_codes": ("opened_at",),
    "log_entries": ("case_id", "replaced", "withdrawn"),
    "meetings": (
        *("by", "scheduled_at", "held_at", "cancelled_at", "held_seq"),
        *("present", "offices", "quorate", "sequence"),
    ),
    "members": ("offices", "roles", "active", "ends_at", "hand_over_to"),
    "notes": ("kind",),
    "notices": ("status", "sent_at"),
    "one_time_links": ("used_at",),
    "passkeys": ("used_at", "removed_at", "count"),
    "plan_actions": ("owner", "due_at", "initial", "done_at", "continued_by"),
    "plans": ("covers", "targets", "approved_by", "approved_at", "in_force_since"),
    "privacy_talks": ("lifted_at",),
    "protective_orders": ("valid_until", "sites", "ended_at"),
    "referrals": (
        *("convey_to", "status", "way", "ticket", "code", "outcome"),
        *("sent_at", "acknowledged_at", "decided_at", "closed_at", "conveyed_at"),
    ),
    "releases": ("status", "told_at"),
    "reports": ("channel", "imminent", "begun", "private", "follow_up", "standing", "moved_to", "moved_as"),
    "reprisals": ("word",),
    "reviews": ("approved_by", "effective_at"),
    "semester_reports": ("approved_by", "approved_at"),
    "sessions": ("token", "proved_at", "ended_at"),
    "source_queries": ("source", "status", "code", "ticket", "asked_at", "retain_until", "answered_at"),
    "stays": ("until", "ended_at", "reviewed_by", "reviewed_at", "justified"),
    "trainings": ("taken_back_at",),
    "times_off": ("struck_at",),
    "targets": ("role", "owner", "settled_at", "waived"),
    "tips": ("answered_at",),
    "tokens": ("revoked_at",),
    "wrapped_keys": ("destroyed_at",),
}

#: the columns that no digest stands for, by table
UNTOLD: Mapping[str, tuple[str, ...]] = {
    # Anybody may try and fail: how often is no matter of the chain; that nobody may try for a while is.
    "accounts": ("failures",),
    # The chain itself, and what vouches for it.
    "cases": ("version", "seq", "head", "sealed_seq", "changed_at"),
    # Blind indexes of people, which an erasure takes away: nobody is to try names at their digest after it.
    "case_links": ("seen", "revision"),
    "case_relations": ("revision",),
    "known_browsers": ("failures",),
    "effects": ("status", "attempt", "lease", "lease_until", "flow_run_id", "claimed_by"),
    # Anybody may try and fail; that a code was spent on it is an event.
    "link_codes": ("tries",),
    "referrals": ("poll_at",),
    "sessions": ("seen_at",),
    "source_queries": ("poll_at", "polls"),
    "tokens": ("seen_at",),
}

#: the tables whose rows two cases share, so that either one's events tell of them
SHARED = ("case_links", "case_relations")

#: how a notice stands that has not left yet, whoever waits for it
_WAITS = frozenset({NoticeStatus.GATHERED, NoticeStatus.PREPARED, NoticeStatus.LEAVING})

#: values that a new row has without saying so
_BEGINS: Mapping[str, Mapping[str, Any]] = {
    "deadlines": {"stage": DeadlineStage.OPEN},
    "effects": {"code": ""},
    "notices": {"status": NoticeStatus.PREPARED},
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is told of a table's rows.

    Args:
        table: its name.
        key: the column that its rows are known by.
        once: the columns that are written once.
        changing: the columns that events change, in their order.
        untold: the columns that no event tells of.
        defaults: the value that a column has when nobody says anything, of those that have one, as JSON.
    """

    table: str
    key: str
    once: tuple[str, ...]
    changing: tuple[str, ...]
    untold: frozenset[str]
    defaults: Mapping[str, Any]

    def added(self, values: Mapping[Any, Any]) -> dict[str, str]:
        """The digests of a new row, by place."""
        row_id = values[self.key]
        digests = {f"{self.table}/{row_id}#": self.written_once(values)}
        for name in self.changing:
            if name in values and not self.is_default(name, values[name]):
                digests[f"{self.table}/{row_id}#{name}"] = self.of(values[name])
        return digests

    def removed(self, row_id: str) -> dict[str, str]:
        """What tells that a row is there no more, by place."""
        return {f"{self.table}/{row_id}#": ""}

    def anew(self, values: Mapping[Any, Any]) -> dict[str, str]:
        """The digest of a row that two cases share, by place: of each of its revisions one."""
        return {f"{self.table}/{values[self.key]}#{values['revision']}": self.written_once(values)}

    def changed(self, row_id: str, values: Mapping[str, Any]) -> dict[str, str]:
        """The digests of columns that are set, by place.

        Raises:
            ValueError: a column is written once, or there is none of that name.
        """
        digests = {}
        for name, value in values.items():
            if name in self.changing:
                digests[f"{self.table}/{row_id}#{name}"] = self.of(value)
            elif name not in self.untold:
                message = f"{self.table}.{name} is written once: states/ledger/coverage.py says what changes."
                raise ValueError(message)
        return digests

    def written_once(self, values: Mapping[Any, Any]) -> str:
        """The digest of what is written once in a row."""
        told, defaults = {}, self.defaults
        for name in self.once:
            value = _plain(values[name])
            if name not in defaults or defaults[name] != value:
                told[name] = value
        return sha(canonical(told))

    def of(self, value: Any) -> str:
        """The digest of one column that changes."""
        return sha(canonical(_plain(self._alike(value))))

    def is_default(self, name: str, value: Any) -> bool:
        """Whether a column holds what it does when nobody says anything."""
        return name in self.defaults and bool(self.defaults[name] == _plain(self._alike(value)))

    def _alike(self, value: Any) -> Any:
        waits = self.table == "notices" and isinstance(value, str) and value in _WAITS
        return NoticeStatus.PREPARED if waits else value


def own_row_of(case_id: str) -> str:
    """Where the digest of a case's own row belongs."""
    return f"cases/{case_id}#"


def index_of(case_id: str) -> str:
    """Where the digest of a case's blind indexes belongs."""
    return f"blind_indexes/{case_id}#"


def marks_of(member: str) -> str:
    """Where the digest of what a member is known by belongs."""
    return f"member_marks/{member}#"


def sealed(table: str, row_id: str, content: bytes) -> dict[str, str]:
    """The digest of a sealed content, by place."""
    return {f"{table}/{row_id}": digest(content)}


@cache
def of(table: str) -> Coverage:
    """What is told of a table's rows."""
    (model,) = (m for m in _models() if m.__tablename__ == table)
    columns = SQLModel.metadata.tables[table].c
    changing = frozenset(CHANGING.get(table, ()))
    untold = frozenset((*UNTOLD.get(table, ()), *SEALED))
    (key,) = (column.name for column in columns if column.primary_key)
    return Coverage(
        table=table,
        key=key,
        once=tuple(c.name for c in columns if c.name not in changing | untold),
        changing=tuple(sorted(changing)),
        untold=untold,
        defaults={name: _plain(v) for name, v in {**_defaults(model), **_BEGINS.get(table, {})}.items()},
    )


def _models() -> list[type[SQLModel]]:
    found, kinds = list[type[SQLModel]](), [SQLModel]
    while kinds:
        kind = kinds.pop()
        found += [kind] if "table" in kind.model_config else []
        kinds += kind.__subclasses__()
    return found


def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.default is not PydanticUndefined:
            found[name] = field.default
        elif field.default_factory not in (None, new_id):
            found[name] = field.get_default(call_default_factory=True)
    return found


#: what most values are, and what JSON takes as it is
_PLAIN = (str, int, list)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, datetime):
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
