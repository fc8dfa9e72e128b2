"""One source on trial: how it is made, what it is asked, and every value that it must keep to itself."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from states.vocabulary import IdentifierKind, SourceKind
from tasks.sources.asking import ask
from tasks.sources.contract import Found, LookupRequest, Pending, Reply, Source

#: identifiers that belong to nobody, and that no text holds by accident
INVENTED: Mapping[IdentifierKind, str] = {kind: f"Zq7-{kind}-Zq7" for kind in IdentifierKind} | {
    IdentifierKind.DATE_OF_BIRTH: "1871-03-29",
    IdentifierKind.OCCURRED_ON: "1871-10-08",
}

#: when every question of a trial is asked
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

#: seconds that anything may take which ought to happen at once
PATIENCE = 2.0

#: shorter values than these are part of other words too often to be looked for: of what is given, of facts
SHORTEST_GIVEN, SHORTEST_FACT = 4, 8


class Broken(Exception):
    """The source breaks a rule; says which way, and what to do about it."""


class Unmade(Broken):
    """The source cannot even be made."""


class NotTried(Exception):
    """A rule could not be tried; says what it would take."""


class Watched(Mapping[IdentifierKind, str]):
    """Identifiers that remember which kinds somebody asked for.

    Args:
        given: the identifiers.
    """

    def __init__(self, given: Mapping[IdentifierKind, str]) -> None:
        self._given = dict(given)
        self.touched: set[str] = set()

    def __getitem__(self, kind: IdentifierKind) -> str:
        self.touched.add(str(kind))
        return self._given[kind]

    def __contains__(self, kind: object) -> bool:
        # To see whether there is one is no reading.
        return kind in self._given

    def __iter__(self) -> Iterator[IdentifierKind]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


@dataclass(slots=True)
class Trial:
    """What a source is tried with.

    Args:
        source_class: the class, as its entry point names it.
        table: its table of the sources file, without ``use``.
        known: identifiers of a subject that it knows; empty: none can be named.
        unknown: identifiers of a subject that it does not know; empty: invented ones.
        kinds: which of its kinds are tried; empty: all.
        name: the table's name.
        timeout: how long it may take to answer, in seconds.
    """

    source_class: Any
    table: Mapping[str, Any] = field(default_factory=dict, repr=False)
    known: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    unknown: Mapping[IdentifierKind, str] = field(default_factory=dict, repr=False)
    kinds: frozenset[SourceKind] = frozenset()
    name: str = "tried"
    timeout: float = 10.0
    #: whether it was seen to hang: the other rules do not wait for it again
    hangs: bool = False

    def make(self) -> Any:
        """Make the source as the registry does.

        Raises:
            Unmade: it cannot be made of its table, or is no source.
        """
        try:
            source = self.source_class.from_config(self.name, dict(self.table))
        except Exception as error:  # noqa: BLE001 - a stranger's code: its text may hold a password of the table
            kind = type(error).__name__
        else:
            if isinstance(source, Source):
                return source
            raise Unmade(
                "What from_config makes is no source: it must have name, kinds, needs, accepts and lookup. "
                "Compare the class with tasks.sources.contract.Source."
            )
        raise Unmade(
            f"from_config did not accept the table ({kind}). Correct the table that you gave with "
            "--tat-source-config, or the model that from_config checks it with."
        )

    def tried(self, source: Source) -> list[SourceKind]:
        """The kinds of question that are tried.

        Raises:
            NotTried: it accepts no basis, or the known subject's identifiers are not enough for any kind.
        """
        if not source.accepts:
            raise NotTried("It accepts no basis to be asked on. See to that first.")
        kinds = sorted(kind for kind in source.kinds if not self.kinds or kind in self.kinds)
        if self.known:
            kinds = [kind for kind in kinds if source.needs[kind].least(self.known) is not None]
        if kinds:
            return kinds
        raise NotTried(
            "The known subject's identifiers are not enough for any kind of question. Name more of them."
        )

    def question(
        self, source: Source, kind: SourceKind, about: Mapping[IdentifierKind, str] | None = None, **more: Any
    ) -> LookupRequest:
        """A question; about the known subject, unless it is told about whom.

        Args:
            source: whom it goes to.
            kind: what it is about.
            about: other identifiers.
            more: further fields of the request, instead of the usual ones.
        """
        usual: dict[str, Any] = {
            "kind": kind,
            "identifiers": about or self.known or INVENTED,
            "purpose": "A trial of the contract suite",
            "basis": min(source.accepts),
            "requester": "contract-suite",
            "case_reference": "TAT-0000-0000",
            "idempotency_key": f"contract-suite-{kind}-{'other' if about else 'known'}",
            "now": NOW,
        }
        return LookupRequest(**(usual | more))

    def stranger(self) -> Mapping[IdentifierKind, str]:
        """Identifiers of a subject that the source does not know."""
        return self.unknown or INVENTED

    async def ask(self, source: Source, request: LookupRequest) -> Reply:
        """Ask as a case does, through the one door.

        Raises:
            Broken: it goes on although its time is up.
        """
        asking = asyncio.ensure_future(ask(source, request, timeout=self.timeout))
        await self.end(asking, self.timeout + PATIENCE)
        return asking.result()

    async def end(self, running: asyncio.Future[Any], seconds: float) -> None:
        """Wait until something has ended.

        Raises:
            Broken: it goes on and on.
        """
        ended, _ = await asyncio.wait({running}, timeout=seconds)
        if not ended:
            self.hangs = True
            raise Broken(
                "It goes on after it was stopped. Let asyncio.CancelledError through: catch Exception at "
                "most, "
                "never BaseException, and clean up in `finally` without waiting."
            )

    def watched(self, source: Source, request: LookupRequest) -> tuple[LookupRequest, Watched]:
        """The question with the least that the source needs, and the mapping that sees what it reads."""
        given = Watched(source.needs[request.kind].least(request.identifiers) or {})
        bare = LookupRequest(**{**_fields(request), "identifiers": {}})
        # Making a request copies its mapping: this one has to stay the one that watches.
        object.__setattr__(bare, "identifiers", given)
        return bare, given

    def private(self, replies: Sequence[Reply] = ()) -> set[str]:
        """Every value that may show nowhere: of subjects, of answers, and secrets that the table names."""
        given = {*self.known.values(), *self.unknown.values(), *INVENTED.values()}
        given.update(os.environ.get(name, "") for name in _variables(self.table))
        given.update(reply.ticket for reply in replies if isinstance(reply, Pending))
        facts = {fact.value for reply in replies if isinstance(reply, Found) for fact in reply.facts}
        return {value for value in given if len(value) >= SHORTEST_GIVEN} | {
            value for value in facts if len(value) >= SHORTEST_FACT
        }


def _fields(request: LookupRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__dataclass_fields__}


def _variables(table: object) -> Iterator[str]:
    """Names of the environment variables that a table keeps secrets in."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if key == "env" and isinstance(value, str):
                yield value
            yield from _variables(value)
    elif isinstance(table, (list, tuple)):
        for value in table:
            yield from _variables(value)
