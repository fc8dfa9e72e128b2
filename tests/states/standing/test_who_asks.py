"""Whoever asks the casebook says who they are, or shows that they may."""

import ast
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from states.access import MAY, Act, Actor
from states.casebook.accounts.sessions import Visitor
from states.errors import NotPermitted
from states.vocabulary.people import Role
from tests.cases.walking import Walk
from tests.states.standing.test_kept_out_everywhere import ALL, is_permitted, takes

ROOT = Path(__file__).parents[3]

#: what shows that somebody may, besides who they are: a lease, an open page, a link, a signed message
PROOFS = frozenset({"work", "lease", "claim", "page", "secret", "secrets", "once"})

#: those that ask nobody, and why
NOBODY: Mapping[str, str] = {
    "accounts.answered.once": "carries out what it is given, which says who asks",
    "accounts.browsers.keep": "whose account it is was shown a moment before",
    "accounts.challenges.ask": "whoever is asked is nobody before",
    "accounts.passkeys.ask_shown": "whoever is asked is nobody before",
    "accounts.provided.is_linked": "whether there is a link; pages ask it of whoever is signed in",
    "accounts.provided.sign_in": "whoever signs in is nobody before",
    "accounts.watching.versions": "looks for many at once, each with the secret of their session",
    "accounts.with_passkeys.sign_in": "whoever signs in is nobody before",
    "record.evidence.removed_if_refused": "takes away what was refused, and shows nothing",
    "rehearsing.rehearsed": "gives the casebook, of which something is asked as somebody",
    "accounts.making.link_of_first": "shown at the server's terminal, to whoever set the installation up",
    "accounts.making.nobody_is_there": "whether there is anybody: of nobody in particular",
    "accounts.making.link": "the first account is made by whoever set the installation up",
    "accounts.signing_in.begin": "whoever signs in is nobody before",
    "intake.logbook.keep": "keeps the bytes of a log that somebody permitted hands over",
    "inquiry.assessing.check_criteria": "reads the policy pack alone",
    "team.members.enrol": "the first member is entered by whoever set the installation up",
    "team.members.actor": "says who somebody is; nobody can act before",
    "team.upkeep.agreements.fits": "reads the policy pack and the time alone",
    "team.membership.check_roles": "reads the policy pack alone",
}

#: what is read of a file without anybody's leave, as whoever holds it may be no member
WITHOUT_ANYBODY = frozenset({"check", "unlock", "proved"})


def says_who(function: Callable[..., Any]) -> bool:
    """Whether a function takes who asks, always, or a proof."""
    own = takes(function)
    who = [own[name] for name in ("by", "actor") if name in own and own[name].annotation in (Actor, Visitor)]
    return bool(PROOFS & own.keys()) or any(one.default is inspect.Parameter.empty for one in who)


def test_every_public_function_of_the_casebook_knows_who_asks() -> None:
    """Each takes an actor or a proof; whatever takes neither has its reason in a table here."""
    silent = {
        name
        for name, function in ALL.items()
        if "book" in takes(function) and "connection" not in takes(function) and not says_who(function)
    }
    assert silent == set(NOBODY)


def test_what_takes_an_open_transaction_is_called_by_the_casebook_alone() -> None:
    """Whoever is above the casebook has no way around saying who they are."""
    steps = {
        name.rpartition(".")[2]
        for name, function in ALL.items()
        if "connection" in takes(function) and not says_who(function)
    } - WITHOUT_ANYBODY
    own = {name.rpartition(".")[2] for name, function in ALL.items() if says_who(function)}
    found = set()
    for folder in ("console", "deployments", "flows", "tasks", "notifications"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("states.casebook."):
                    found |= {alias.name for alias in node.names} & (steps - own)
    assert found == set()


def test_nobody_does_what_the_software_does_by_itself(walk: Walk) -> None:
    """Rounds, claims and circuits are refused to every member, whatever they are; nothing is written."""
    assert MAY[Act.RUN] == (Role.SYSTEM,)
    everybody = Actor("dean", frozenset(Role) - {Role.SYSTEM}, frozenset({"student_affairs"}))
    tried = 0
    for function in ALL.values():
        if not is_permitted(function, Act.RUN):
            continue
        tried += 1
        own = takes(function)
        given = {
            wanted: None
            for wanted, parameter in own.items()
            if parameter.default is inspect.Parameter.empty
            and parameter.kind is not inspect.Parameter.VAR_POSITIONAL
            and wanted not in {"book", "by"}
        }
        with pytest.raises(NotPermitted):
            function(walk.book, **given, by=everybody)
    assert tried > 25
