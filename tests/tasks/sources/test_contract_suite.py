"""Each rule of the contract suite fails for a source that breaks it, and says so in a sentence or two."""

import asyncio
import logging
import re
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pytest
from pydantic import BaseModel, ConfigDict

from states.correspondence.question import Question
from states.errors import StepFailed
from states.vocabulary.cases import FactorKind
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.contract import Fact, Found, Needs, NotFound, Pending, Provenance, Refused, Unavailable
from tasks.suites.sources import RULES
from tatflow.testing import Broken, NotTried, SourceTrial, judge
from tests.waiting import PATIENCE

pytest_plugins = ["pytester"]

CARD = IdentifierKind.CAMPUS_ID
KIND = SourceKind.REGISTRAR
SAM = "900000001"
FACT = Fact("Standing", "Good standing", FactorKind.DYNAMIC)


class Table(BaseModel):
    """A table without a key."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Good:
    """A source that keeps every rule; the others each break one."""

    kinds: Any = frozenset({KIND})
    needs: Any = MappingProxyType({KIND: Needs(all_of=frozenset({CARD}))})
    accepts: Any = MappingProxyType({KIND: frozenset({LegalBasis.SCHOOL_OFFICIAL})})

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Check the table."""
        Table.model_validate(table)
        return cls(name)

    async def lookup(self, question: Question) -> Any:
        """Know Sam Sample alone."""
        if question.identifiers[CARD] == SAM:
            return Found((FACT,), Provenance(self.name))
        return NotFound(Provenance(self.name))


class NotMade(Good):
    """Cannot be made."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Fail."""
        raise KeyError(name, table)


class NoSource:
    """Makes something that cannot be asked."""

    @classmethod
    def from_config(cls, name: str, _table: Mapping[str, Any]) -> str:
        """Return a text."""
        return name


class Renamed(Good):
    """Gives itself a name, but answers in that of its table."""

    async def lookup(self, question: Question) -> Any:
        """Answer under the table's name."""
        known = question.identifiers[CARD] == SAM
        return Found((FACT,), Provenance("tried")) if known else NotFound(Provenance("tried"))

    @classmethod
    def from_config(cls, _name: str, table: Mapping[str, Any]) -> Self:
        """Take no notice of the name."""
        Table.model_validate(table)
        return cls("mine")


class AboutNothing(Good):
    """Has a need of a kind that it does not answer."""

    needs: Any = MappingProxyType(Good.needs | {SourceKind.DIRECTORY: Needs(any_of=frozenset({CARD}))})


class ByNothing(Good):
    """Needs no identifier."""

    needs: Any = MappingProxyType({KIND: Needs()})


class OnNoBasis(Good):
    """Accepts no basis."""

    accepts: Any = MappingProxyType({KIND: frozenset()})


class AcceptsElsewhere(Good):
    """Accepts a basis for a kind that it does not answer."""

    accepts: Any = MappingProxyType(Good.accepts | {SourceKind.DIRECTORY: frozenset({LegalBasis.CONSENT})})


class Opens(Good):
    """Reads a file while it is made."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Read something of this machine."""
        Path("/proc/self/status").read_text(encoding="utf-8")
        return super().from_config(name, table)


class Connects(Good):
    """Goes out into the network while it is made."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Send a packet to nobody."""
        with socket.socket(type=socket.SOCK_DGRAM) as made:
            made.connect(("127.0.0.1", 9))
        return super().from_config(name, table)


class Lenient(Good):
    """Takes any key."""

    @classmethod
    def from_config(cls, name: str, _table: Mapping[str, Any]) -> Self:
        """Check nothing."""
        return cls(name)


class Quoting(Good):
    """Repeats a value of its table."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Check with a model that shows what it was given."""

        class Showing(BaseModel):
            model_config = ConfigDict(extra="forbid")

        Showing.model_validate(table)
        return cls(name)


class Curt(Good):
    """Raises an error of its own about a wrong key."""

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Look for any key."""
        if table:
            raise LookupError
        return cls(name)


class Unstoppable(Good):
    """Answers although it was stopped."""

    async def lookup(self, question: Question) -> Any:
        """Swallow the cancellation."""
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            return Refused("stopped")
        return await super().lookup(question)


class GoesOn(Good):
    """Goes on although it was stopped."""

    async def lookup(self, question: Question) -> Any:
        """Wait again."""
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            await asyncio.sleep(3600)
        return await super().lookup(question)


class Hangs(Good):
    """Never answers."""

    async def lookup(self, question: Question) -> Any:
        """Wait."""
        await asyncio.sleep(3600)
        return await super().lookup(question)


class Grips(Good):
    """Lets nobody else do anything for a while."""

    async def lookup(self, question: Question) -> Any:
        """Block."""
        time.sleep(1.1)  # noqa: ASYNC251 - what no source may do
        return await super().lookup(question)


class Blocks(Good):
    """Lets nobody else do anything any more."""

    async def lookup(self, question: Question) -> Any:
        """Block for long."""
        time.sleep(3)  # noqa: ASYNC251 - what no source may do
        return await super().lookup(question)


class Trips(Good):
    """Raises what it came upon for the values that few people have."""

    async def lookup(self, question: Question) -> Any:
        """Count on a number, or on anything without a space."""
        if " " in question.identifiers[CARD]:
            raise KeyError
        return await super().lookup(question)


class Sentences(Good):
    """Gives a sentence as its code."""

    async def lookup(self, question: Question) -> Any:
        """Fail in words."""
        if " " in question.identifiers[CARD]:
            raise StepFailed("There is no such card")
        return await super().lookup(question)


class Exits(Good):
    """Ends the process."""

    async def lookup(self, question: Question) -> Any:
        """Leave."""
        if " " in question.identifiers[CARD]:
            sys.exit(1)
        return await super().lookup(question)


class NothingAtAll(Good):
    """Answers with nothing when there is nobody."""

    async def lookup(self, question: Question) -> Any:
        """Return no reply."""
        answer = await super().lookup(question)
        return answer if isinstance(answer, Found) else None


class KnowsNobody(Good):
    """Finds nobody."""

    async def lookup(self, question: Question) -> Any:
        """Say so."""
        return NotFound(Provenance(self.name)) if question.identifiers[CARD] else None


class KnowsAll(Good):
    """Finds everybody."""

    async def lookup(self, question: Question) -> Any:
        """Say so."""
        return Found((FACT,), Provenance(self.name)) if question.identifiers[CARD] else None


class Another(Good):
    """Answers in another source's name."""

    async def lookup(self, question: Question) -> Any:
        """Sign with that name."""
        known = question.identifiers[CARD] == SAM
        return Found((FACT,), Provenance("police")) if known else NotFound(Provenance("police"))


class Unsigned(Good):
    """Makes answers that come from nowhere."""

    async def lookup(self, question: Question) -> Any:
        """Leave the provenance out."""
        answer = await super().lookup(question)
        object.__setattr__(answer, "provenance", None)
        return answer


class NoZone(Good):
    """Says a time without a zone."""

    async def lookup(self, question: Question) -> Any:
        """Give the records' age."""
        known = question.identifiers[CARD] == SAM
        made = Provenance(self.name, datetime(2026, 3, 1))  # noqa: DTZ001 - what no source may say
        return Found((FACT,), made) if known else NotFound(made)


class Denies(Good):
    """Says that there is nobody when its file is away."""

    async def lookup(self, question: Question) -> Any:
        """Look into a file."""
        try:
            await asyncio.to_thread(Path("/proc/self/status").read_text, encoding="utf-8")
        except OSError:
            return NotFound(Provenance(self.name))
        return await super().lookup(question)


class Curious(Good):
    """Looks for an identifier that it did not declare."""

    async def lookup(self, question: Question) -> Any:
        """Look for the name, too."""
        question.identifiers.get(IdentifierKind.NAME)
        return await super().lookup(question)


class Fickle(Good):
    """Answers each question in another way."""

    asked = 0

    async def lookup(self, question: Question) -> Any:
        """Count the questions."""
        self.asked += 1
        if question.identifiers[CARD] == SAM:
            return Found((Fact("Asked", str(self.asked), FactorKind.DYNAMIC),), Provenance(self.name))
        return NotFound(Provenance(self.name))


class Alone(Good):
    """Answers in another way when it is asked several times at once."""

    inside = 0

    async def lookup(self, question: Question) -> Any:
        """Refuse who comes while another is being served."""
        self.inside += 1
        try:
            await asyncio.sleep(0.01)
            return Refused("busy") if self.inside > 1 else await super().lookup(question)
        finally:
            self.inside -= 1


class LosesTickets(Good):
    """Does not know its own ticket."""

    async def lookup(self, question: Question) -> Any:
        """Take a ticket for a mistake."""
        return Unavailable("no_such_ticket") if question.ticket else Pending("T-1")


class NoTicket(Good):
    """Answers later, and does not say by what."""

    async def lookup(self, question: Question) -> Any:
        """Give a blank ticket."""
        return Pending(" ") if question.identifiers[CARD] else None


class Prints(Good):
    """Prints whom it looks for."""

    async def lookup(self, question: Question) -> Any:
        """Print."""
        print(question.identifiers[CARD])  # noqa: T201 - what no source may do
        return await super().lookup(question)


class Logs(Good):
    """Logs whom it looks for."""

    async def lookup(self, question: Question) -> Any:
        """Log."""
        logging.getLogger("a.source").debug("Looking for %s", question.identifiers[CARD])
        return await super().lookup(question)


class Warns(Good):
    """Warns of whom it looks for."""

    async def lookup(self, question: Question) -> Any:
        """Warn."""
        warnings.warn(question.identifiers[CARD], stacklevel=1)
        return await super().lookup(question)


class Remembers(Good):
    """Shows in its repr whom it was asked about."""

    last = ""

    def __repr__(self) -> str:
        return f"Remembers({self.last})"

    async def lookup(self, question: Question) -> Any:
        """Keep it."""
        self.last = question.identifiers[CARD]
        return await super().lookup(question)


class Chains(Good):
    """Hangs what happened on to its error."""

    async def lookup(self, question: Question) -> Any:
        """Raise inside of the block that caught another error."""
        try:
            await asyncio.to_thread(Path("/proc/self/status").read_text, encoding="utf-8")
        except OSError as error:
            raise StepFailed("unreadable") from error
        return await super().lookup(question)


TO_MAKE = "is made from its table"
DECLARES = "says what it answers, what it needs and on which basis"
REACHES = "touches neither network nor file while it is made"
KEYS = "refuses a key that it does not know, and repeats no value"
STOPS = "lets itself be stopped"
IN_TIME = "answers in time"
LOOP = "leaves the event loop to others"
BARE = "raises nothing but StepFailed"
FIVE = "answers with one of the five replies"
KNOWN = "finds the subject that it knows"
STRANGER = "says not found of a subject that it does not know"
PROVENANCE = "says where its answer comes from"
AWAY = "says unavailable when it cannot look"
READS = "reads no identifier that it did not declare"
EQUAL = "gives equal answers to equal questions, also at the same time"
TICKET = "takes its ticket back"
SHOWS = "shows nothing of what it was given or found"

#: for each broken source the rules that it breaks, and a word of what it is told
BREAKS: dict[type, tuple[set[str], str]] = {
    NotMade: ({TO_MAKE}, "did not accept the table"),
    NoSource: ({TO_MAKE}, "is no source"),
    Renamed: ({DECLARES}, "name"),
    AboutNothing: ({DECLARES}, "differ"),
    ByNothing: ({DECLARES}, "needs no identifier"),
    OnNoBasis: ({DECLARES}, "accepts no basis"),
    AcceptsElsewhere: ({DECLARES}, "`accepts`"),
    Opens: ({REACHES}, "a file"),
    Connects: ({REACHES}, "the network"),
    Lenient: ({KEYS}, "unnoticed"),
    Quoting: ({KEYS}, "password"),
    Curt: ({KEYS}, "LookupError"),
    Unstoppable: ({STOPS}, "answers all the same"),
    GoesOn: ({STOPS}, "goes on"),
    Hangs: ({IN_TIME}, "1 seconds"),
    Blocks: ({STOPS}, "never came back"),
    Trips: ({BARE}, "KeyError"),
    Sentences: ({BARE}, "is no code"),
    Exits: ({BARE}, "SystemExit"),
    NothingAtAll: ({FIVE, STRANGER}, "something else"),
    KnowsNobody: ({KNOWN}, "not found"),
    KnowsAll: ({STRANGER}, "found"),
    Another: ({PROVENANCE}, "another source's name"),
    Unsigned: ({PROVENANCE}, "where it comes from"),
    NoZone: ({PROVENANCE}, "no time zone"),
    Denies: ({AWAY}, "a file out of reach"),
    Curious: ({READS}, "looks for name"),
    Fickle: ({EQUAL}, "two answers"),
    Alone: ({EQUAL}, "at once"),
    LosesTickets: ({TICKET}, "no_such_ticket"),
    NoTicket: ({TICKET}, "without a ticket"),
    Prints: ({SHOWS}, "standard output"),
    Logs: ({SHOWS}, "a log"),
    Warns: ({SHOWS}, "a warning"),
    Remembers: ({SHOWS}, "its repr"),
    Chains: ({SHOWS}, "an error"),
}


#: sources that the suite waits for in vain; for no other is patience short, so that no slow machine is blamed
WAITED_FOR = (GoesOn, Hangs, Blocks)


@pytest.fixture(autouse=True)
def _patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the suite wait less than it does for strangers where it waits in vain, and longer elsewhere."""
    in_vain = (
        getattr(request.node, "callspec", None) and request.node.callspec.params.get("source") in WAITED_FOR
    )
    monkeypatch.setattr("tasks.suites.trial.PATIENCE", 0.5 if in_vain else PATIENCE)


def verdicts(source: type) -> tuple[dict[str, str], dict[str, str]]:
    """What each broken rule says of a source, and each that was not tried."""
    trial = SourceTrial(source, known={CARD: SAM}, timeout=1.0 if source in WAITED_FOR else PATIENCE)
    broken, not_tried = {}, {}
    for rule in RULES:
        try:
            judge(rule, trial)
        except Broken as verdict:
            broken[rule.name] = str(verdict)
        except NotTried as verdict:
            not_tried[rule.name] = str(verdict)
    return broken, not_tried


def test_a_source_that_keeps_every_rule_is_told_nothing() -> None:
    """Nobody is blamed for what they did not do."""
    assert verdicts(Good) == ({}, {})


@pytest.mark.parametrize("source", BREAKS, ids=lambda source: source.__name__)
def test_a_source_is_told_the_rule_that_it_breaks(source: type) -> None:
    """It fails that rule and no other, in one or two sentences that quote nothing."""
    rules, word = BREAKS[source]
    broken, _ = verdicts(source)
    assert set(broken) == rules
    said = broken[min(rules, key=[rule.name for rule in RULES].index)]
    assert word in said
    assert len(re.findall(r"[.!](?= [A-Z]|$)", said)) in (1, 2)
    assert SAM not in said


def test_a_source_that_keeps_the_event_loop_is_told() -> None:
    """It breaks that rule; what it does to the others is a matter of its timeout."""
    with pytest.raises(Broken, match=r"kept the event loop to itself for \d+\.\d seconds"):
        judge(next(rule for rule in RULES if rule.name == LOOP), SourceTrial(Grips))


def test_no_rule_cannot_fail() -> None:
    """Each rule has a source here that breaks it."""
    proven = {LOOP}.union(*(rules for rules, _ in BREAKS.values()))
    assert proven == {rule.name for rule in RULES}


def test_without_a_known_subject_that_rule_is_not_tried() -> None:
    """What could not be tried does not count as kept."""
    with pytest.raises(NotTried, match="Name one under"):
        judge(next(rule for rule in RULES if rule.name == KNOWN), SourceTrial(Good))


def test_a_source_that_hangs_is_waited_for_once() -> None:
    """The rules after the one that found it do not wait again."""
    trial = SourceTrial(Good, hangs=True)
    with pytest.raises(NotTried, match="See to that first"):
        judge(RULES[0], trial)


STRANGER_PACKAGE = """
from collections.abc import Mapping
from pydantic import BaseModel, ConfigDict
from tatflow.sources import Found, IdentifierKind, LegalBasis, Needs, NotFound, Provenance, SourceKind

class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    folder: str = ""

class MySource:
    kinds = frozenset({SourceKind.REGISTRAR})
    needs = {SourceKind.REGISTRAR: Needs(all_of=frozenset({IdentifierKind.CAMPUS_ID}))}
    accepts = {SourceKind.REGISTRAR: frozenset({LegalBasis.CONSENT})}

    def __init__(self, name):
        self.name = name

    @classmethod
    def from_config(cls, name, table):
        Table.model_validate(table)
        return cls(name)

    async def lookup(self, question):
        if question.identifiers[IdentifierKind.CAMPUS_ID] == "900000001":
            return Found((), Provenance("police"))
        return NotFound(Provenance("police"))
"""

CONFIG = '[cards]\nuse = "mine"\nfolder = "{here}"\n[contract]\nknown = { campus_id = "900000001" }\n'


@pytest.fixture
def stranger(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a stranger's module and what it is tried with."""
    # As a stranger's environment is: pytest, and tatflow beside it.
    pytester.makepyfile(my_package=STRANGER_PACKAGE)
    pytester.makefile(".toml", contract=CONFIG)
    pytester.makeini("[pytest]\npythonpath = .\naddopts = -p no:asyncio\n")
    return pytester


def test_a_stranger_is_told_without_a_traceback(stranger: pytest.Pytester) -> None:
    """`pytest --tat-source` has a test for each rule, and the broken one says what to do."""
    result = stranger.runpytest_subprocess(
        "--tat-source=my_package:MySource", "--tat-source-config=contract.toml", "-v"
    )
    result.assert_outcomes(passed=len(RULES) - 1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "my_package:MySource::is made from its table PASSED*",
            "my_package:MySource::says where its answer comes from FAILED*",
            "It answers in another source's name. Use Provenance(self.name).",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*tasks/sources*")


def test_without_the_option_nothing_is_added(stranger: pytest.Pytester) -> None:
    """A package in the same environment sees nothing of it."""
    result = stranger.runpytest_subprocess("-q")
    result.stdout.fnmatch_lines(["no tests ran*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tat-source=my_package"], "*takes a module and a class*"),
        (["--tat-source=my_package:Nothing"], "*my_package has no Nothing*"),
        (["--tat-source=nowhere_zq7:MySource"], "*no module nowhere_zq7*"),
        (["--tat-source-config=contract.toml"], "*give both*"),
        (["--tat-source=my_package:MySource", "--tat-source-config=none.toml"], "*cannot be read*"),
    ],
)
def test_a_wrong_option_is_one_sentence(stranger: pytest.Pytester, options: list[str], said: str) -> None:
    """What cannot be used is told without a traceback."""
    result = stranger.runpytest_inprocess("-p", "no:xdist", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_an_installation_does_without_pytest() -> None:
    """Only pytest imports the plug-in: the suite, the sources and the command need none of it."""
    without = (
        "import sys; sys.modules['pytest'] = None; "
        "import console.cli, tasks.suites.sources.file, tasks.suites.offices.file"
    )
    subprocess.run([sys.executable, "-c", without], check=True, timeout=PATIENCE)
