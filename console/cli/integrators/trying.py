"""`tat sources check NAME`: tries one source, and says in plain words how it went and how long it took."""

import asyncio
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from console.cli.terminal.answering import answer
from console.cli.terminal.session import casebook, settings
from console.shown.parts import Part, Text, Tone, pairs, sentence
from states.access import Actor
from states.errors import BadInput, Refused, UnknownRecord
from states.gate import Outgoing, let_out
from states.guards.guard import listed
from states.vocabulary.counts import counted
from states.vocabulary.leaving import Disclosed, Purpose
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from states.vocabulary.spelling import words

if TYPE_CHECKING:
    from states.casebook import Casebook
    from states.correspondence.question import Question
    from states.policy.pack import Pack
    from states.settings import Settings
    from tasks.sources.contract import Reply, Source

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
        ticket: under which ticket it is asked; empty: under the one that it gave last, if it gave one.
    """

    name: str
    subject: tuple[str, ...]
    kind: SourceKind | None
    basis: LegalBasis | None
    member: str
    yes: bool
    show: bool
    ticket: str = ""


def try_source(wanted: Wanted, *, as_json: bool) -> None:
    """Try a source, and say how it went.

    Raises:
        UnknownRecord: there is no such source.
        BadInput: what is wanted cannot be asked.
        Refused: nobody said that the look-up is meant.
    """
    from tasks.sources import trying
    from tasks.sources.asking import TIMEOUT, ask

    chosen = settings()
    source = _source(wanted.name, chosen)
    missing = asyncio.run(trying.missing(trying.table(wanted.name, chosen.sources_file)))
    if wanted.ticket and not wanted.subject:
        raise BadInput("A ticket goes with its --subject. Nothing was asked: give both.")
    if missing or not wanted.subject:
        wrong = () if missing else asyncio.run(trying.in_the_way(source, seconds=TIMEOUT))
        _not_asked(source, missing, wrong, as_json=as_json)
        return
    question = _question(wanted, source, chosen)
    _confirm(wanted)
    from console.cli.integrators.tickets import Tickets
    from states.casebook.lookups.questions import KEPT_NO_LONGER
    from tasks.sources.contract import Pending, Unavailable
    from tasks.sources.recording import as_answer

    with casebook() as book:
        let_out(book.pack, _outgoing(book.pack, source, question))
        tickets = Tickets(book, chosen.home)
        kept = tickets.of(source.name, question)
        if wanted.ticket:
            question = replace(question, ticket=wanted.ticket)
        elif kept is not None:
            question = replace(question, ticket=kept.ticket, id=kept.id)
        begun = time.monotonic()
        reply = asyncio.run(ask(source, question, timeout=TIMEOUT))
        took = time.monotonic() - begun
        if as_answer(reply, source.name).came_too_late(book.clock()):
            reply = Unavailable(KEPT_NO_LONGER, permanent=True)
        _put_on_record(book, wanted, question, reply)
        if isinstance(reply, Pending) or not isinstance(reply, Unavailable) or reply.permanent:
            tickets.keep(source.name, question, reply.ticket if isinstance(reply, Pending) else "")
    _verdict(wanted, question.kind, reply, (took, TIMEOUT), as_json=as_json)


def _outgoing(pack: "Pack", source: "Source", question: "Question") -> Outgoing:
    what = frozenset({Disclosed.IDENTIFIERS})
    return Outgoing(pack.holder(question.kind), source.name, Purpose.LOOK_UP, question.basis, what)


def _put_on_record(book: "Casebook", wanted: Wanted, question: "Question", reply: "Reply") -> None:
    """Let the audit of queries know of a look-up that is on no case (P-03)."""
    from states.casebook.reading import audit
    from states.casebook.team import members
    from tasks.sources.recording import as_answer

    by = INTEGRATOR
    with suppress(UnknownRecord):
        by = members.actor(book, wanted.member)
    audit.record_trial(
        book,
        by=by,
        source=wanted.name,
        kind=question.kind,
        basis=question.basis,
        status=reply.status,
        code=as_answer(reply, wanted.name).code,
    )


def _source(name: str, chosen: "Settings") -> "Source":
    from states.policy.reading import load_pack
    from tasks.sources.registry import load_sources

    own = load_pack(chosen.pack_in_force).source_kinds
    known = {source.name: source for source in load_sources(chosen.sources_file, own).all()}
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise UnknownRecord(
            f"{chosen.sources_file} has no source of that name, and nobody was asked. There is: {there}."
        )
    return known[name]


def _not_asked(source: "Source", missing: list[str], wrong: tuple[str, ...], *, as_json: bool) -> None:
    needed = {
        words(kind): ", ".join(sorted(words(each) for each in needs.named))
        for kind, needs in source.needs.items()
    }
    data = {
        "source": source.name,
        "verdict": "secret_missing" if missing else "not_usable" if wrong else "not_asked",
        "missing": missing,
        "problems": wrong,
        "needs": {kind: sorted(needs.named) for kind, needs in source.needs.items()},
    }
    if missing:
        nobody = f"{source.name}: nobody was asked. Provide what is missing: {', '.join(missing)}."
        said = sentence(Text(nobody, Tone.BAD))
    elif wrong:
        unusable = f"{source.name}: not usable as it is. {' '.join(wrong)} Nobody was asked about."
        said = sentence(Text(unusable, Tone.BAD))
    else:
        said = sentence(Text(f"{source.name}: in order, as far as that shows without asking.", Tone.GOOD))
    rows = [(f"to ask about {kind}", by) for kind, by in needed.items()]
    hint = "Try a look-up with --subject KIND=VALUE, as in --subject campus_id=900000001."
    answer(data, said, pairs(rows), *([] if missing or wrong else [hint]), as_json=as_json)
    if missing or wrong:
        raise typer.Exit(1)


def _question(wanted: Wanted, source: "Source", chosen: "Settings") -> "Question":
    from states.correspondence.question import Question

    identifiers = dict(_identifier(pair) for pair in wanted.subject)
    fitting = sorted(kind for kind in source.kinds if source.needs[kind].least(identifiers) is not None)
    kinds = [wanted.kind] if wanted.kind else fitting
    if len(kinds) != 1 or kinds[0] not in source.kinds:
        raise BadInput(
            f"Say with --kind what {source.name} is asked about: {', '.join(sorted(source.kinds))}. It "
            "needs an "
            "identifier for each; without a subject, `tat sources check` says which. Nothing was asked."
        )
    return Question(
        kind=kinds[0],
        identifiers=identifiers,
        purpose="Trying the connection out",
        basis=_basis(wanted, source, kinds[0], chosen),
        requester="tat-sources-check",
        case_number="trial",
        id=f"trial-{uuid4().hex}",
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
    from states.policy.reading import load_pack

    pack = load_pack(chosen.pack_in_force)
    for needed in pack.sources:
        if wanted.basis is None and needed.kind == kind and needed.basis in source.accepts[kind]:
            return needed.basis
    if wanted.basis is None:
        accepted = ", ".join(sorted(source.accepts[kind]))
        raise BadInput(
            f"Say with --basis what permits the look-up; {source.name} accepts {accepted}. Nothing was asked."
        )
    if not pack.may_be_asked(kind, wanted.basis):
        raise BadInput(
            f"The policy pack does not let {pack.called(kind)} be asked on that basis. Nothing was asked."
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
    from tasks.far.codes import advice
    from tasks.sources.contract import Found, Pending, Unavailable
    from tasks.sources.contract import Refused as RefusedReply

    found = reply.facts if isinstance(reply, Found) else ()
    code = reply.reason if isinstance(reply, RefusedReply | Unavailable) else ""
    took, limit = seconds
    data = {
        "source": wanted.name,
        "kind": kind,
        "verdict": reply.status,
        "code": code,
        "advice": advice(code) if code else "",
        "missing": list(reply.missing) if isinstance(reply, Found) else [],
        "facts": [{"name": fact.name} | ({"value": fact.value} if wanted.show else {}) for fact in found],
        "ticket": reply.ticket if isinstance(reply, Pending) else "",
        "seconds": round(took, 3),
        "limit": limit,
    }
    tone = Tone.BAD if code else Tone.DOUBT if data["missing"] else Tone.GOOD
    shown: list[Part | str] = [
        sentence(Text(f"{wanted.name}: {_said(reply)}", tone)),
        *([pairs((fact.name, fact.value if wanted.show else fact.kind) for fact in found)] if found else []),
        *([f"{advice(code)}"] if code else []),
        f"It took {took:.1f} s of {limit:g} s.",
    ]
    answer(data, *shown, as_json=as_json)
    if code:
        raise typer.Exit(1)


def _said(reply: "Reply") -> str:
    from tasks.sources.contract import Found, NotFound, Pending
    from tasks.sources.contract import Refused as RefusedReply

    match reply:
        case Found():
            count = len(reply.facts)
            parts = [words(part) for part in reply.missing]
            without = f", but without {listed(parts)}" if parts else ""
            return f"found, with {counted(count, 'fact')}{without}."
        case NotFound():
            return "not found: it has looked, and does not know the subject."
        case Pending():
            return (
                f"pending: it will answer later, under the ticket {reply.ticket}. The same command goes on "
                "with it, and starts nothing new."
            )
        case RefusedReply():
            return f"refused ({words(reply.reason)}): it will not answer."
        case _:
            again = "see to that before you ask again" if reply.permanent else "try again later"
            return f"unavailable ({words(reply.reason)}): it could not look; {again}."
