"""Each rule of the offices' suite fails for a way that breaks it, and says so in a sentence or two."""

import asyncio
import logging
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import pytest
from pydantic import BaseModel, ConfigDict

from states.correspondence.letter import Letter
from states.errors import StepFailed
from states.vocabulary.leaving import Disclosed, ReferralStatus
from states.vocabulary.people import IdentifierKind
from tasks.offices.contract import Answers, Declined, Delivered, Post, Progress
from tasks.sources.contract import Needs
from tasks.suites.offices import RULES
from tatflow.testing import Broken, NotTried, OfficeTrial, judge
from tests.waiting import PATIENCE

pytest_plugins = ["pytester"]

CARD = IdentifierKind.CAMPUS_ID
SAM = "900000001"

#: a file that is always there, for ways that look outside
OUTSIDE = Path("/proc/self/status")


class Table(BaseModel):
    """A table without a key."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Good:
    """A way that keeps every rule; the others each break one."""

    kind: Any = "good"
    tells: Any = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    needs: Any = Needs(all_of=frozenset({CARD}))
    answers: Any = Answers.WHEN_ASKED

    def __init__(self, name: str) -> None:
        self.name = name
        #: what the office has taken, by ticket
        self._taken: dict[str, Letter] = {}

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Check the table."""
        Table.model_validate(table)
        return cls(name)

    async def send(self, letter: Letter, post: Post) -> Any:
        """Keep the letter, unless the office is away."""
        del post
        await self._reach()
        if letter.subject[CARD] and letter.recommendation:
            self._taken[letter.referral_id] = letter
        return Delivered(letter.referral_id)

    async def status(self, ticket: str) -> Any:
        """Know what was kept."""
        await self._reach()
        if ticket not in self._taken:
            raise StepFailed("no_such_ticket", permanent=True)
        return Progress(ReferralStatus.SENT)

    async def check(self) -> Any:
        """Look whether the office is there."""
        await self._reach()

    async def _reach(self) -> None:
        away = False
        try:
            await asyncio.to_thread(OUTSIDE.read_text, encoding="utf-8")
        except OSError:
            away = True
        if away:
            raise StepFailed("unreachable")


class NotMade(Good):
    """Cannot be made."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Fail."""
        raise KeyError(name, table)


class NoWay:
    """Makes something that takes no letter."""

    @classmethod
    def from_config(cls, name: str, _table: Mapping[str, Any]) -> str:
        """Return a text."""
        return name


class Renamed(Good):
    """Gives itself a name."""

    @classmethod
    def from_config(cls, _name: str, table: Mapping[str, Any]) -> Self:
        """Take no notice of the name."""
        Table.model_validate(table)
        return cls("mine")


class Nameless(Good):
    """Is called nothing."""

    kind: Any = " "


class TellsNothing(Good):
    """Says that it tells nothing."""

    tells: Any = frozenset()
    needs: Any = Needs()

    async def send(self, letter: Letter, post: Post) -> Any:
        """Read nothing of it."""
        del post
        await self._reach()
        self._taken[letter.referral_id] = letter
        return Delivered(letter.referral_id)


class Unnumbered(Good):
    """Does not say that it tells the case's number."""

    tells: Any = Good.tells - {Disclosed.CASE_NUMBER}


class NeedsUntold(Good):
    """Needs an identifier, and does not say that it tells any."""

    tells: Any = frozenset({Disclosed.CASE_NUMBER, Disclosed.RECOMMENDATION})

    async def send(self, letter: Letter, post: Post) -> Any:
        """Read no identifier."""
        del post
        await self._reach()
        if letter.recommendation:
            self._taken[letter.referral_id] = letter
        return Delivered(letter.referral_id)


class AnswersSomehow(Good):
    """Does not say how its office answers."""

    answers: Any = "somehow"

    async def status(self, ticket: str) -> Any:
        """Not be asked."""
        del ticket
        raise StepFailed("not_asked", permanent=True)


class Keyless(AnswersSomehow):
    """Answers with calls that nobody can check."""

    answers: Any = Answers.BY_CALL


class Opens(Good):
    """Reads a file while it is made."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Read something of this machine."""
        OUTSIDE.read_text(encoding="utf-8")
        return super().from_config(name, table)


class Lenient(Good):
    """Takes any key."""

    @classmethod
    def from_config(cls, name: str, _table: Mapping[str, Any]) -> Self:
        """Check nothing."""
        return cls(name)


class Unstoppable(Good):
    """Answers although it was stopped."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Swallow the cancellation."""
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            return Declined("stopped")
        return await super().send(letter, post)


class Hangs(Good):
    """Never hands over."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Wait."""
        await asyncio.sleep(3600)
        return await super().send(letter, post)


class Grips(Good):
    """Lets nobody else do anything for a while."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Block."""
        time.sleep(1.1)  # noqa: ASYNC251 - what no way may do
        return await super().send(letter, post)


class Trips(Good):
    """Raises what it came upon for the values that few people have."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Count on anything without a space."""
        if " " in letter.subject[CARD]:
            raise KeyError
        return await super().send(letter, post)


class TripsAsked(Good):
    """Raises what it came upon for a ticket that nobody gave."""

    async def status(self, ticket: str) -> Any:
        """Look it up."""
        await self._reach()
        _ = self._taken[ticket]
        return Progress(ReferralStatus.SENT)


class Exits(Good):
    """Ends the process when it is checked."""

    async def check(self) -> Any:
        """Leave, unless nobody is there."""
        try:
            await self._reach()
        except StepFailed:
            sys.exit(1)


class NothingAtAll(Good):
    """Says nothing of a letter that it has handed over."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Return no reply."""
        await super().send(letter, post)


class Declines(Good):
    """Takes no letter."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Say so."""
        await super().send(letter, post)
        return Declined("no_capacity")


class Pretends(Good):
    """Says that the office has it when nobody is there."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Hope for the best."""
        try:
            return await super().send(letter, post)
        except StepFailed:
            return Delivered(letter.referral_id)


class PretendsPosted(AnswersSomehow):
    """Takes no notice of mail that does not go out."""

    answers: Any = Answers.BY_LINK

    async def send(self, letter: Letter, post: Post) -> Any:
        """Hope for the best."""
        try:
            await post.deliver(letter)
        except StepFailed:
            return Delivered()
        return Delivered()


class Content(Good):
    """Is content when it is checked, whatever it sees."""

    async def check(self) -> Any:
        """Look, and say nothing."""
        try:
            await self._reach()
        except StepFailed:
            return


class Discontent(Good):
    """Finds something whenever it is checked."""

    async def check(self) -> Any:
        """Fail."""
        raise StepFailed("nobody_there")


class Forgets(Good):
    """Does not know its own ticket."""

    async def status(self, ticket: str) -> Any:
        """Know nothing."""
        del ticket
        raise StepFailed("no_such_ticket", permanent=True)


class KnowsAll(Good):
    """Knows of every referral how far it has come."""

    async def status(self, ticket: str) -> Any:
        """Say so."""
        del ticket
        await self._reach()
        return Progress(ReferralStatus.SENT)


class AskedAllTheSame(AnswersSomehow):
    """Its office answers by link, and says something when it is asked."""

    answers: Any = Answers.BY_LINK

    async def status(self, ticket: str) -> Any:
        """Say so."""
        del ticket
        return Progress(ReferralStatus.SENT)


class Curious(Good):
    """Looks for an identifier that it did not declare."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Look for the name, too."""
        letter.subject.get(IdentifierKind.NAME)
        return await super().send(letter, post)


class SaysMore(Good):
    """Reads what people saw, which it does not say that it tells."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Read it."""
        assert isinstance(letter.observations, tuple)
        return await super().send(letter, post)


class SaysLess(Good):
    """Says that it tells what people saw, and does not."""

    tells: Any = Good.tells | {Disclosed.OBSERVATION}


class Fickle(Good):
    """Has another ticket for each repetition."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Count the letters."""
        await super().send(letter, post)
        ticket = f"T-{len(self._taken)}"
        self._taken[ticket] = letter
        return Delivered(ticket)


class Alone(Good):
    """Says something else when it is handed several at once."""

    inside = 0

    async def send(self, letter: Letter, post: Post) -> Any:
        """Decline while another is being taken."""
        self.inside += 1
        try:
            await asyncio.sleep(0.01)
            return Declined("busy") if self.inside > 1 else await super().send(letter, post)
        finally:
            self.inside -= 1


class Prints(Good):
    """Prints whom the letter is about."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Print."""
        print(letter.subject[CARD])  # noqa: T201 - what no way may do
        return await super().send(letter, post)


class Logs(Good):
    """Logs what the letter says."""

    async def send(self, letter: Letter, post: Post) -> Any:
        """Log."""
        logging.getLogger("a.way").debug("Sending %s", letter.recommendation)
        return await super().send(letter, post)


class LogsTickets(Good):
    """Logs what it is asked by."""

    async def status(self, ticket: str) -> Any:
        """Log."""
        logging.getLogger("a.way").debug("Asking for %s", ticket)
        return await super().status(ticket)


class Chains(Good):
    """Hangs what happened on to its error."""

    async def _reach(self) -> None:
        try:
            await asyncio.to_thread(OUTSIDE.read_text, encoding="utf-8")
        except OSError as error:
            raise StepFailed("unreachable") from error


TO_MAKE = "is made from its table"
DECLARES = "says what it tells, what it needs and how its office answers"
REACHES = "touches neither network nor file while it is made"
KEYS = "refuses a key that it does not know, and repeats no value"
STOPS = "lets itself be stopped"
IN_TIME = "hands over in time"
LOOP = "leaves the event loop to others"
BARE = "raises nothing but StepFailed"
TWO = "says delivered or declined"
THERE = "reaches an office that is there"
NOBODY = "does not say delivered when it reaches nobody"
CHECKS = "can be checked without a letter"
HOW_FAR = "says how far the office has come, where it is asked"
TELLS = "reads what it says that it tells"
EQUAL = "gives equal answers to equal letters, also at the same time"
SHOWS = "shows nothing of what it was handed"

#: for each broken way the rules that it breaks, and a word of what it is told
BREAKS: dict[type, tuple[set[str], str]] = {
    NotMade: ({TO_MAKE}, "did not accept the table"),
    NoWay: ({TO_MAKE}, "is no office"),
    Renamed: ({DECLARES}, "name"),
    Nameless: ({DECLARES}, "`kind`"),
    TellsNothing: ({DECLARES}, "tells nothing"),
    Unnumbered: ({DECLARES}, "case's number"),
    NeedsUntold: ({DECLARES}, "differ"),
    AnswersSomehow: ({DECLARES}, "how its office answers"),
    Keyless: ({DECLARES}, "no key"),
    Opens: ({REACHES}, "a file"),
    Lenient: ({KEYS}, "unnoticed"),
    Unstoppable: ({STOPS}, "answers all the same"),
    Hangs: ({IN_TIME}, "1 seconds"),
    Trips: ({BARE}, "KeyError"),
    TripsAsked: ({BARE, HOW_FAR}, "KeyError"),
    Exits: ({BARE, CHECKS}, "SystemExit"),
    NothingAtAll: ({TWO, THERE, HOW_FAR}, "something else"),
    Declines: ({THERE, HOW_FAR}, "declines"),
    Pretends: ({NOBODY}, "out of reach"),
    PretendsPosted: ({NOBODY}, "out of reach"),
    Content: ({CHECKS}, "content"),
    Discontent: ({CHECKS}, "nobody_there"),
    Forgets: ({HOW_FAR}, "no_such_ticket"),
    KnowsAll: ({HOW_FAR}, "nobody gave"),
    AskedAllTheSame: ({HOW_FAR}, "asked all the same"),
    Curious: ({TELLS}, "looks for name"),
    SaysMore: ({TELLS}, "observations"),
    SaysLess: ({TELLS}, "observations"),
    Fickle: ({EQUAL}, "two answers"),
    Alone: ({EQUAL}, "at once"),
    Prints: ({SHOWS}, "standard output"),
    Logs: ({SHOWS}, "a log"),
    LogsTickets: ({SHOWS}, "a log"),
    Chains: ({SHOWS}, "an error"),
}

#: ways that the suite waits for in vain
WAITED_FOR = (Hangs,)


@pytest.fixture(autouse=True)
def _patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the suite wait less than it does for strangers where it waits in vain, and longer elsewhere."""
    callspec = getattr(request.node, "callspec", None)
    in_vain = callspec is not None and callspec.params.get("way") in WAITED_FOR
    monkeypatch.setattr("tasks.suites.trial.PATIENCE", 0.5 if in_vain else PATIENCE)


def trial_of(way: type) -> OfficeTrial:
    """A trial about Sam Sample."""
    return OfficeTrial(way, subject={CARD: SAM}, timeout=1.0 if way in WAITED_FOR else PATIENCE)


def verdicts(way: type) -> dict[str, str]:
    """What each broken rule says of a way."""
    trial = trial_of(way)
    broken = {}
    for rule in RULES:
        try:
            judge(rule, trial)
        except Broken as verdict:
            broken[rule.name] = str(verdict)
        except NotTried:
            continue
    return broken


def test_a_way_that_keeps_every_rule_is_told_nothing() -> None:
    """Nobody is blamed for what they did not do, and nothing is left untried."""
    trial = trial_of(Good)
    for rule in RULES:
        judge(rule, trial)


@pytest.mark.parametrize("way", BREAKS, ids=lambda way: way.__name__)
def test_a_way_is_told_the_rule_that_it_breaks(way: type) -> None:
    """It fails that rule and those that hang on it, in one or two sentences that quote nothing."""
    rules, word = BREAKS[way]
    broken = verdicts(way)
    assert set(broken) == rules
    said = broken[min(rules, key=[rule.name for rule in RULES].index)]
    assert word in said
    assert len(re.findall(r"[.!](?= [A-Z]|$)", said)) in (1, 2)
    assert SAM not in said


def test_a_way_that_keeps_the_event_loop_is_told() -> None:
    """It breaks that rule; what it does to the others is a matter of its timeout."""
    with pytest.raises(Broken, match=r"kept the event loop to itself for \d+\.\d seconds"):
        judge(next(rule for rule in RULES if rule.name == LOOP), trial_of(Grips))


def test_no_rule_cannot_fail() -> None:
    """Each rule has a way here that breaks it."""
    proven = {LOOP}.union(*(rules for rules, _ in BREAKS.values()))
    assert proven == {rule.name for rule in RULES}


def test_without_an_office_some_rules_are_not_tried() -> None:
    """What could not be tried does not count as kept."""
    trial = OfficeTrial(Good, in_reach=False)
    for name in (THERE, HOW_FAR):
        with pytest.raises(NotTried, match="No office is known"):
            judge(next(rule for rule in RULES if rule.name == name), trial)


STRANGER_PACKAGE = """
from pydantic import BaseModel, ConfigDict
from tatflow.offices import Answers, Delivered, Disclosed, KNOWN_BY, StepFailed

class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    folder: str

class MyWay:
    kind = "mine"
    tells = frozenset({Disclosed.CASE_NUMBER, Disclosed.IDENTIFIERS, Disclosed.RECOMMENDATION})
    needs = KNOWN_BY
    answers = Answers.BY_LINK

    def __init__(self, name):
        self.name = name

    @classmethod
    def from_config(cls, name, table):
        Table.model_validate(table)
        return cls(name)

    async def send(self, letter, post):
        try:
            await post.deliver(letter)
        except StepFailed:
            pass
        return Delivered()

    async def status(self, ticket):
        raise StepFailed("not_asked", permanent=True)

    async def check(self):
        pass
"""

CONFIG = """
[counselling]
use = "mine"
at_once = 1
folder = "{here}"
[contract]
subject = { name = "Sam Sample" }
"""


@pytest.fixture
def stranger(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a stranger's module and what it is tried with."""
    pytester.makepyfile(my_package=STRANGER_PACKAGE)
    pytester.makefile(".toml", contract=CONFIG)
    pytester.makeini("[pytest]\npythonpath = .\naddopts = -p no:asyncio\n")
    return pytester


def test_a_stranger_is_told_without_a_traceback(stranger: pytest.Pytester) -> None:
    """`pytest --tat-office` has a test for each rule, and the broken one says what to do."""
    result = stranger.runpytest_subprocess(
        "--tat-office=my_package:MyWay", "--tat-office-config=contract.toml", "-v"
    )
    result.assert_outcomes(passed=len(RULES) - 1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "my_package:MyWay::is made from its table PASSED*",
            "my_package:MyWay::does not say delivered when it reaches nobody FAILED*",
            "With everything out of reach it says that the letter is handed over. Raise StepFailed*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*tasks/offices*")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tat-office=my_package"], "*--tat-office takes a module and a class*"),
        (["--tat-office=my_package:Nothing"], "*my_package has no Nothing*"),
        (["--tat-office-config=contract.toml"], "*give both*"),
        (["--tat-office=my_package:MyWay", "--tat-office-config=none.toml"], "*cannot be read*"),
    ],
)
def test_a_wrong_option_is_one_sentence(stranger: pytest.Pytester, options: list[str], said: str) -> None:
    """What cannot be used is told without a traceback."""
    result = stranger.runpytest_inprocess("-p", "no:xdist", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    result.stderr.no_fnmatch_line("*Traceback*")
