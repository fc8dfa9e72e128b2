"""Holds a package's own source to the contract: ``pytest --tat-source my_package:MySource``.

pytest finds this through the entry-point group ``pytest11``; without the option it adds no test. A test
that asks for the fixture ``tat_rule`` runs once for each rule, and says a broken one as plainly.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# The suite takes a moment to import: not in every test run of every package in the same environment.
if TYPE_CHECKING:
    from tasks.sources.suite import Rule, Trial

#: the fixture that stands for each rule in turn
RULE = "tat_rule"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; a name that begins with ``--tat-`` is ours."""
    group = parser.getgroup("tatflow", "tatflow: the contract of data sources")
    group.addoption(
        "--tat-source",
        metavar="MODULE:CLASS",
        help="Hold this source to the contract of tatflow, rule by rule.",
    )
    group.addoption(
        "--tat-source-config",
        metavar="FILE",
        help="A TOML file with the source's table, and in [contract] a subject that it knows.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add one test for each rule, when a source is named."""
    reference, file = config.getoption("--tat-source"), config.getoption("--tat-source-config")
    if not reference:
        if file:
            raise pytest.UsageError("--tat-source-config says what to try --tat-source with: give both.")
        return
    from states.errors import BadInput  # noqa: PLC0415 - see above
    from tasks.sources.suite.file import trial_of  # noqa: PLC0415 - see above

    try:
        trial = trial_of(reference, Path(file) if file else None)
    except BadInput as error:
        raise pytest.UsageError(str(error)) from None
    items.extend(SourceContract.from_parent(session, name=reference, nodeid=reference, trial=trial).collect())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for the rule once for each."""
    if RULE in metafunc.fixturenames:
        from tasks.sources.suite import RULES  # noqa: PLC0415 - see above

        metafunc.parametrize(RULE, RULES, ids=str)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Say in its one or two sentences which rule is broken, without a traceback."""
    report: pytest.TestReport = yield
    if call.excinfo is None or call.when != "call":
        return report
    if call.excinfo.typename not in ("Broken", "NotTried"):
        return report
    from tasks.sources.suite import Broken, NotTried  # noqa: PLC0415 - see above

    said = str(call.excinfo.value)
    if call.excinfo.errisinstance(NotTried):
        report.outcome = "skipped"
        path, line, _ = item.reportinfo()
        report.longrepr = (str(path), line or 0, f"Skipped: {said}")
    elif call.excinfo.errisinstance(Broken):
        report.longrepr = said
    return report


class SourceContract(pytest.Collector):
    """The rules that one source is held to.

    Args:
        trial: what it is tried with.
        more: what pytest gives every collector.
    """

    def __init__(self, *, trial: "Trial", **more: Any) -> None:
        super().__init__(**more)
        self._trial = trial

    def collect(self) -> Iterable["RuleItem"]:
        """One test for each rule."""
        from tasks.sources.suite import RULES  # noqa: PLC0415 - see above

        return [RuleItem.from_parent(self, name=str(rule), rule=rule, trial=self._trial) for rule in RULES]


class RuleItem(pytest.Item):
    """One rule as a test.

    Args:
        rule: the rule.
        trial: what the source is tried with.
        more: what pytest gives every item.
    """

    def __init__(self, *, rule: "Rule", trial: "Trial", **more: Any) -> None:
        super().__init__(**more)
        self._rule, self._trial = rule, trial

    def runtest(self) -> None:
        """Try the rule."""
        from tasks.sources.suite import judge  # noqa: PLC0415 - see above

        judge(self._rule, self._trial)

    def reportinfo(self) -> tuple[Path, None, str]:
        """What the report calls it."""
        return self.path, None, f"{self.parent.name if self.parent else ''} {self.name}"
