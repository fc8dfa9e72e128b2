"""Holds a plug-in to its contract: ``pytest --tat-source my_package:MySource``, or ``--tat-office``.

pytest finds this through the entry-point group ``pytest11``; without the options it adds no test. A test
that asks for the fixture ``tat_source_rule`` or ``tat_office_rule`` runs once for each rule of that contract,
and says a broken one as plainly.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# The suites take a moment to import: not in every test run of every package in the same environment.
if TYPE_CHECKING:
    from tasks.suites.rules import Rule
    from tasks.suites.trial import Trial

#: each kind of plug-in, and what its file says besides the plug-in's table
KINDS = {"source": "a subject that it knows", "office": "a letter that it takes"}


def _suite(kind: str) -> Any:
    return import_module(f"tasks.suites.{kind}s")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; a name that begins with ``--tat-`` is ours."""
    group = parser.getgroup("tatflow", "tatflow: the contracts of data sources and of ways to offices")
    for kind, says in KINDS.items():
        group.addoption(
            f"--tat-{kind}",
            metavar="MODULE:CLASS",
            help=f"Hold this {kind} to the contract of tatflow, rule by rule.",
        )
        group.addoption(
            f"--tat-{kind}-config",
            metavar="FILE",
            help=f"A TOML file with the {kind}'s table, and in [contract] {says}.",
        )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add one test for each rule, when a plug-in is named."""
    for kind in KINDS:
        reference, file = config.getoption(f"--tat-{kind}"), config.getoption(f"--tat-{kind}-config")
        if reference:
            items.extend(_contract(session, kind, reference, Path(file) if file else None).collect())
        elif file:
            raise pytest.UsageError(f"--tat-{kind}-config says what to try --tat-{kind} with: give both.")


def _contract(session: pytest.Session, kind: str, reference: str, file: Path | None) -> "Contract":
    from states.errors import BadInput  # noqa: PLC0415 - see above

    suite = _suite(kind)
    try:
        trial = suite.trial_of(reference, file)
    except BadInput as error:
        raise pytest.UsageError(str(error)) from None
    return Contract.from_parent(session, name=reference, nodeid=reference, rules=suite.RULES, trial=trial)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a rule once for each."""
    for kind in KINDS:
        fixture = f"tat_{kind}_rule"
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, _suite(kind).RULES, ids=str)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Say in its one or two sentences which rule is broken, without a traceback."""
    report: pytest.TestReport = yield
    if call.excinfo is None or call.when != "call":
        return report
    if call.excinfo.typename not in ("Broken", "NotTried"):
        return report
    from tasks.suites.trial import Broken, NotTried  # noqa: PLC0415 - see above

    said = str(call.excinfo.value)
    if call.excinfo.errisinstance(NotTried):
        report.outcome = "skipped"
        path, line, _ = item.reportinfo()
        report.longrepr = (str(path), line or 0, f"Skipped: {said}")
    elif call.excinfo.errisinstance(Broken):
        report.longrepr = said
    return report


class Contract(pytest.Collector):
    """The rules that one plug-in is held to.

    Args:
        rules: the rules.
        trial: what it is tried with.
        more: what pytest gives every collector.
    """

    def __init__(self, *, rules: "tuple[Rule, ...]", trial: "Trial", **more: Any) -> None:
        super().__init__(**more)
        self._rules, self._trial = rules, trial

    def collect(self) -> Iterable["RuleItem"]:
        """One test for each rule."""
        return [
            RuleItem.from_parent(self, name=str(rule), rule=rule, trial=self._trial) for rule in self._rules
        ]


class RuleItem(pytest.Item):
    """One rule as a test.

    Args:
        rule: the rule.
        trial: what the plug-in is tried with.
        more: what pytest gives every item.
    """

    def __init__(self, *, rule: "Rule", trial: "Trial", **more: Any) -> None:
        super().__init__(**more)
        self._rule, self._trial = rule, trial

    def runtest(self) -> None:
        """Try the rule."""
        from tasks.suites.judging import judge  # noqa: PLC0415 - see above

        judge(self._rule, self._trial)

    def reportinfo(self) -> tuple[Path, None, str]:
        """What the report calls it."""
        return self.path, None, f"{self.parent.name if self.parent else ''} {self.name}"
