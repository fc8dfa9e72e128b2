"""The ways that ship keep the contract of offices, against far sides of ours."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from states.vocabulary.people import IdentifierKind
from tasks.far.signatures import written
from tasks.offices.registry import GROUP
from tasks.offices.sending import hand_over
from tatflow.testing import MemoryPost, OfficeTrial, Rule, judge
from tests.servers.serving import serving
from tests.tasks.offices.fhir.center import TOKEN, Center
from tests.waiting import PATIENCE

SAM = {IdentifierKind.NAME: "Sam Sample", IdentifierKind.CAMPUS_ID: "900000001"}


@contextmanager
def fhir(way: Any, _folder: Path) -> Iterator[OfficeTrial]:
    """A counseling center."""
    center = Center()
    with serving(center.app) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEST_CENTER_TOKEN", TOKEN)
        # The center runs in this process, and what it logs is not the way's.
        environment.setattr(logging.getLogger("uvicorn.access"), "disabled", True)
        table = {
            "url": f"{url}/fhir",
            "token": {"env": "TEST_CENTER_TOKEN"},
            "identifiers": {"campus_id": "https://wnmu.example/campus-id"},
        }
        yield OfficeTrial(way, table, subject=SAM, timeout=PATIENCE)


@contextmanager
def mail(way: Any, _folder: Path) -> Iterator[OfficeTrial]:
    """An office with a mailbox; that mail arrives is shown with the postbox."""
    yield OfficeTrial(way, subject=SAM, timeout=PATIENCE)


@contextmanager
def packet(way: Any, folder: Path) -> Iterator[OfficeTrial]:
    """An office with a folder."""
    yield OfficeTrial(way, {"folder": str(folder)}, subject=SAM, timeout=PATIENCE)


@contextmanager
def webhook(way: Any, _folder: Path) -> Iterator[OfficeTrial]:
    """An office's own system, which takes whatever comes."""
    system = FastAPI()
    system.post("/letters")(lambda: {"status": "received"})
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    with serving(system) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("TEST_OFFICE_KEY", written(ours))
        table = {
            "url": f"{url}/letters",
            "key_id": "team-1",
            "key": {"env": "TEST_OFFICE_KEY"},
            "keys": {"office-1": written(theirs.public_key())},
        }
        yield OfficeTrial(way, table, subject=SAM, timeout=PATIENCE)


#: for each way that ships, what it is tried with: a row for each new one
TRIALS: dict[str, Callable[[Any, Path], AbstractContextManager[OfficeTrial]]] = {
    "fhir": fhir,
    "mail": mail,
    "packet": packet,
    "webhook": webhook,
}


def shipped() -> list[EntryPoint]:
    """The ways that ship."""
    return [entry for entry in entry_points(group=GROUP) if entry.value.startswith("tasks.")]


@pytest.fixture(params=TRIALS)
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OfficeTrial]:
    """Each way, as its entry point gives it, with what it is tried with."""
    (entry,) = entry_points(group=GROUP, name=request.param)
    with TRIALS[request.param](entry.load(), tmp_path) as made:
        yield made


def test_every_way_that_ships_is_tried_here() -> None:
    """A way added to pyproject.toml without a row in this table is noticed."""
    assert {entry.name for entry in shipped()} == set(TRIALS)


def test_a_way_that_ships_keeps_every_rule(tat_office_rule: Rule, trial: OfficeTrial) -> None:
    """What strangers are held to, our own ways are held to first."""
    judge(tat_office_rule, trial)


async def test_a_letter_of_a_trial_arrives_as_a_case_s_letter_does(tmp_path: Path) -> None:
    """Through the same door; the mail of a trial keeps it."""
    (entry,) = entry_points(group=GROUP, name="mail")
    with mail(entry.load(), tmp_path) as trial:
        way = trial.make()
        await hand_over(way, trial.letter(way), post=trial.post, timeout=PATIENCE)
    assert isinstance(trial.post, MemoryPost)
    (letter,) = trial.post.letters
    assert dict(letter.subject) == SAM
