"""`tat sources check NAME`: tries one source, and says in plain words how it went and how long it took."""

import asyncio
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer
from rich.console import RenderableType
from rich.text import Text

from console.cli.screen import answer, facts, words
from console.cli.session import casebook, settings
from states.access import Actor
from states.errors import BadInput, Refused, StepFailed, UnknownRecord
from states.gate import Outgoing, let_out
from states.vocabulary import Disclosed, IdentifierKind, LegalBasis, Purpose, RecipientKind, SourceKind

if TYPE_CHECKING:
    from states.casebook import Casebook
    from states.settings import Settings
    from tasks.sources.contract import LookupRequest, Reply, Source

TRIAL = (
    "This is a real look-up about a real person, and a trial: it is on no case, and shows so in the audit. "
    "Take somebody who is there for testing."
)


#: who tries a source and is no member of the team, which may not be there yet
INTEGRATOR = Actor("integrator", frozenset())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants tried.

    Args:
        name: the source's name.
        subject: identifiers, each as ``kind=value``; empty: nothing is looked up.
        kind: what it is asked about; None: the one thing that it answers about.
        basis: on which legal basis; None: the pack's.
        member: id of the member who tries it; empty: whoever sets the source up.
        yes: whether it was said already that this is meant.
        show: whether the values found are printed.
    """

    name: str
    subject: tuple[str, ...]
    kind: SourceKind | None
    basis: LegalBasis | None
    member: str
    yes: bool
    show: bool


def try_source(wanted: Wanted, *, as_json: bool) -> None:
    """Try a source, and say how it went.

    Raises:
        UnknownRecord: there is no such source.
        BadInput: what is wanted cannot be asked.
        Refused: nobody said that the look-up is meant.
    """
    chosen = settings()
    source = _source(wanted.name, chosen)
    with _prefect(chosen):
        missing = asyncio.run(_missing(wanted.name, chosen))
        if missing or not wanted.subject:
            _not_asked(source, missing, as_json=as_json)
            return
        request = _request(wanted, source, chosen)
        _confirm(wanted)
        from tasks.lookups import TIMEOUT
        from tasks.sources.asking import ask

        with casebook() as book:
            let_out(book.pack, _outgoing(source, request))
            begun = time.monotonic()
            reply = asyncio.run(ask(source, request, timeout=TIMEOUT))
            took = time.monotonic() - begun
            _put_on_record(book, wanted, request, reply)
    _verdict(wanted, request.kind, reply, (took, TIMEOUT), as_json=as_json)


def _outgoing(source: "Source", request: "LookupRequest") -> Outgoing:
    from states.casebook.lookups import RECORD_HOLDERS

    holder = request.kind in RECORD_HOLDERS
    to = RecipientKind.RECORD_HOLDER if holder else RecipientKind.PARTNER
    what = frozenset({Disclosed.IDENTIFIERS})
    return Outgoing(to, source.name, Purpose.LOOK_UP, request.basis, what)


def _put_on_record(book: "Casebook", wanted: Wanted, request: "LookupRequest", reply: "Reply") -> None:
    """Let the audit of queries know of a look-up that is on no case (P-03)."""
    from states.casebook import audit, team

    by = INTEGRATOR
    with suppress(UnknownRecord):
        by = team.actor(book, wanted.member)
    audit.record_trial(
        book,
        by=by,
        source=wanted.name,
        kind=request.kind,
        basis=request.basis,
        status=_NAMES[type(reply).__name__],
        code=getattr(reply, "reason", ""),
    )


def _source(name: str, chosen: "Settings") -> "Source":
    from tasks.sources.registry import load_sources

    known = {source.name: source for source in load_sources(chosen.sources_file).all()}
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise UnknownRecord(
            f"{chosen.sources_file} has no source of that name, and nobody was asked. There is: {there}."
        )
    return known[name]


def _prefect(chosen: "Settings") -> Any:
    """Let Prefect's client find the server that keeps secrets of this installation."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    return temporary_settings({PREFECT_API_URL: chosen.prefect_url, PREFECT_HOME: chosen.home / "prefect"})


async def _missing(name: str, chosen: "Settings") -> list[str]:
    """Where a secret of the source should be and is not: names, never values."""
    table = tomllib.loads(chosen.sources_file.read_text(encoding="utf-8"))[name]
    missing = []
    for secret, place in _secrets(table):
        try:
            await secret.reveal()
        except StepFailed as failure:
            missing.append(f"{place} ({words(failure.code)})")
    return missing


def _secrets(table: object) -> Iterator[tuple[Any, str]]:
    from pydantic import ValidationError

    from tasks.secrets import Secret

    if isinstance(table, Mapping):
        try:
            secret = Secret.model_validate(table)
        except ValidationError:
            for value in table.values():
                yield from _secrets(value)
        else:
            yield secret, f"variable {secret.env}" if secret.env else f"Prefect block {secret.block}"
    elif isinstance(table, list):
        for value in table:
            yield from _secrets(value)


def _not_asked(source: "Source", missing: list[str], *, as_json: bool) -> None:
    needed = {
        words(kind): ", ".join(sorted(words(each) for each in needs.named))
        for kind, needs in source.needs.items()
    }
    data = {
        "source": source.name,
        "verdict": "secret_missing" if missing else "not_asked",
        "missing": missing,
        "needs": {kind: sorted(needs.named) for kind, needs in source.needs.items()},
    }
    if missing:
        said = Text(
            f"{source.name}: a secret is missing, and nobody was asked. Provide {', '.join(missing)}.", "red"
        )
    else:
        said = Text(f"{source.name}: in order, as far as that shows without asking.", "green")
    rows = [(f"to ask about {kind}", by) for kind, by in needed.items()]
    hint = "Try a look-up with --subject KIND=VALUE, as in --subject campus_id=900000001."
    answer(data, said, facts(rows), *([] if missing else [hint]), as_json=as_json)
    if missing:
        raise typer.Exit(1)


def _request(wanted: Wanted, source: "Source", chosen: "Settings") -> "LookupRequest":
    from tasks.sources.contract import LookupRequest

    identifiers = dict(_identifier(pair) for pair in wanted.subject)
    fitting = sorted(kind for kind in source.kinds if source.needs[kind].least(identifiers) is not None)
    kinds = [wanted.kind] if wanted.kind else fitting
    if len(kinds) != 1 or kinds[0] not in source.kinds:
        raise BadInput(
            f"Say with --kind what {source.name} is asked about: {', '.join(sorted(source.kinds))}. It "
            "needs an "
            "identifier for each; without a subject, `tat sources check` says which. Nothing was asked."
        )
    return LookupRequest(
        kind=kinds[0],
        identifiers=identifiers,
        purpose="Trying the connection out",
        basis=_basis(wanted, source, kinds[0], chosen),
        requester="tat-sources-check",
        case_reference="trial",
        idempotency_key=f"trial-{uuid4().hex}",
        now=datetime.now(UTC),
    )


def _identifier(pair: str) -> tuple[IdentifierKind, str]:
    name, _, value = pair.partition("=")
    if name not in set(IdentifierKind) or not value.strip():
        raise BadInput(
            f"--subject takes KIND=VALUE, with one of these kinds: {', '.join(IdentifierKind)}. Nothing "
            "was asked."
        )
    return IdentifierKind(name), value.strip()


def _basis(wanted: Wanted, source: "Source", kind: SourceKind, chosen: "Settings") -> LegalBasis:
    from states.policy import load_pack

    for needed in load_pack(chosen.pack).sources:
        if wanted.basis is None and needed.kind == kind and needed.basis in source.accepts:
            return needed.basis
    if wanted.basis is None:
        accepted = ", ".join(sorted(source.accepts))
        raise BadInput(
            f"Say with --basis what permits the look-up; {source.name} accepts {accepted}. Nothing was asked."
        )
    return wanted.basis


def _confirm(wanted: Wanted) -> None:
    if wanted.yes:
        return
    if not sys.stdin.isatty():
        raise Refused(f"{TRIAL} Nothing was asked: say that you mean it with --yes.")
    typer.echo(TRIAL, err=True)
    if not typer.confirm(f"Ask {wanted.name}?", err=True):
        raise Refused("Nothing was asked.")


def _verdict(
    wanted: Wanted, kind: SourceKind, reply: "Reply", seconds: tuple[float, float], *, as_json: bool
) -> None:
    from tasks.sources.codes import advice
    from tasks.sources.contract import Found, Unavailable
    from tasks.sources.contract import Refused as RefusedReply

    found = reply.facts if isinstance(reply, Found) else ()
    code = reply.reason if isinstance(reply, RefusedReply | Unavailable) else ""
    took, limit = seconds
    data = {
        "source": wanted.name,
        "kind": kind,
        "verdict": _NAMES[type(reply).__name__],
        "code": code,
        "advice": advice(code) if code else "",
        "facts": [{"name": fact.name} | ({"value": fact.value} if wanted.show else {}) for fact in found],
        "seconds": round(took, 3),
        "limit": limit,
    }
    shown: list[RenderableType] = [
        Text(f"{wanted.name}: {_said(reply)}", "red" if code else "green"),
        *([facts((fact.name, fact.value if wanted.show else fact.kind) for fact in found)] if found else []),
        *([f"{advice(code)}"] if code else []),
        f"It took {took:.1f} s of {limit:g} s.",
    ]
    answer(data, *shown, as_json=as_json)
    if code:
        raise typer.Exit(1)


_NAMES = {
    "Found": "found",
    "NotFound": "not_found",
    "Pending": "pending",
    "Refused": "refused",
    "Unavailable": "unavailable",
}


def _said(reply: "Reply") -> str:
    from tasks.sources.contract import Found, NotFound, Pending
    from tasks.sources.contract import Refused as RefusedReply

    match reply:
        case Found():
            count = len(reply.facts)
            return f"found, with {count} fact{'' if count == 1 else 's'}."
        case NotFound():
            return "not found: it has looked, and does not know the subject."
        case Pending():
            return "pending: it will answer later, and gave a ticket."
        case RefusedReply():
            return f"refused ({words(reply.reason)}): it will not answer."
        case _:
            again = "see to that before you ask again" if reply.permanent else "try again later"
            return f"unavailable ({words(reply.reason)}): it could not look; {again}."
