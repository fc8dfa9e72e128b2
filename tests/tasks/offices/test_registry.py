"""The offices file, and the one door to ways that strangers write."""

import asyncio
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from states.correspondence.letter import Letter
from states.errors import BadInput, StepFailed
from states.vocabulary.leaving import ReferralStatus
from tasks.offices.contract import KNOWN_BY, Answers, Delivered, Post, Progress, Way
from tasks.offices.mail import SAMPLE, MailWay
from tasks.offices.registry import Offices, load_offices
from tasks.offices.sending import hand_over, look, problem_of
from tests.waiting import PATIENCE

HOOK = """
[counselling]
use = "webhook"
url = "https://office.example/letters"
key_id = "team"
key = { env = "KEY" }
[counselling.keys]
one = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""


@pytest.mark.parametrize("name", ["fhir", "mail", "packet", "webhook"])
def test_built_in_ways_load_like_those_of_strangers(name: str) -> None:
    """Each is found through its entry point, and says what it tells."""
    (entry,) = entry_points(group="tatflow.offices", name=name)
    way = entry.load()
    assert way.kind == name
    assert way.tells


def test_an_office_without_a_table_gets_mail(tmp_path: Path) -> None:
    """And so does every office without the file."""
    offices = load_offices(tmp_path / "offices.toml", ["counselling"])
    way = offices.way("counselling")
    assert isinstance(way, MailWay)
    assert isinstance(way, Way)
    assert offices.all() == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HOOK.replace("counselling", "nobody"), "offices.toml: nobody: the policy pack has no such office."),
        (HOOK.replace('"webhook"', '"pigeon"'), "offices.toml: counselling.use: no such kind of office"),
        (HOOK.replace("https://", "http://"), "offices.toml: counselling.url: it must begin with https://"),
        (HOOK.replace('{ env = "KEY" }', '"opensesame"'), "offices.toml: counselling.key: a secret is never"),
        (HOOK.replace("AAAA", "****"), "offices.toml: counselling.keys.one: a public key is 32 bytes"),
        (HOOK + 'two = "opensesame"', "offices.toml: counselling.keys.two: a public key is 32 bytes"),
        (
            '[counselling]\nuse = "mail"\npassword = "opensesame"',
            "offices.toml: counselling.password: there is",
        ),
    ],
)
def test_whatever_is_wrong_is_named_by_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    """The message repeats no value, which may be a password."""
    config = tmp_path / "offices.toml"
    config.write_text(text)
    with pytest.raises(BadInput) as refusal:
        load_offices(config, ["counselling"])
    assert str(refusal.value).startswith(says)
    assert "opensesame" not in str(refusal.value)


class NoPost:
    """Mail that nobody needs."""

    async def deliver(self, letter: Letter) -> None:
        """Never called."""
        raise NotImplementedError(letter.office)


class Stranger(MailWay):
    """A way that does what it likes."""

    answers = Answers.WHEN_ASKED
    needs = KNOWN_BY

    def __init__(self, does: Callable[[], Any]) -> None:
        super().__init__("counselling")
        self._does = does

    async def send(self, letter: Letter, post: Post) -> Delivered:
        """Do it."""
        del letter, post
        made: Delivered = await self._does()
        return made

    async def status(self, ticket: str) -> Progress:
        """Do it."""
        del ticket
        made: Progress = await self._does()
        return made

    async def check(self) -> None:
        """Do it."""
        await self._does()


async def _raise(error: BaseException) -> None:
    raise error


async def _give(value: object) -> object:
    return value


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (lambda: _raise(ValueError("Sam Sample")), "way_error"),
        (lambda: _raise(StepFailed("Sam Sample is unwell")), "way_error"),
        (lambda: _raise(StepFailed("no_room", permanent=True)), "no_room"),
        (lambda: _raise(asyncio.CancelledError()), "way_error"),
        (lambda: asyncio.sleep(60), "timeout"),
        (lambda: _give("Sam Sample"), "bad_answer"),
    ],
)
async def test_a_stranger_s_failure_is_a_code(does: Callable[[], Any], code: str) -> None:
    """Hanging, raising, answering nonsense: no word of it gets out."""
    way = Stranger(does)
    for ask in (hand_over(way, SAMPLE, post=NoPost(), timeout=0.05), look(way, "t", timeout=0.05)):
        with pytest.raises(StepFailed) as failure:
            await ask
        assert failure.value.code == code
        assert failure.value.__context__ is None
    assert await problem_of(way, timeout=0.05) == ("" if code == "bad_answer" else code)


async def test_only_our_own_cancellation_gets_out() -> None:
    """A flow that is stopped stops."""
    waiting = asyncio.create_task(
        hand_over(Stranger(lambda: asyncio.sleep(60)), SAMPLE, post=NoPost(), timeout=PATIENCE)
    )
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_no_content_shows_in_a_repr() -> None:
    """A letter that reaches a log says nothing."""
    letter = Letter(**{**{name: getattr(SAMPLE, name) for name in SAMPLE.__slots__}, "recommendation": "Sam"})
    assert "Sam" not in repr(letter)
    assert "ticket" not in repr(Delivered("Sam"))
    assert Progress(ReferralStatus.SENT).attendance is None
    assert Offices().all() == ()
