"""For tests of packages that bring a data source or a way to offices: their contracts, rule by rule.

With the fixtures ``tat_source_rule`` and ``tat_office_rule``, which pytest finds by itself::

    def test_the_source_keeps_the_contract(tat_source_rule: Rule, trial: SourceTrial) -> None:
        judge(tat_source_rule, trial)

Without a test of one's own: ``pytest --tat-source my_package:MySource``, ``--tat-office my_package:MyWay``.
"""

from tasks.offices.sending import hand_over, look, problem_of
from tasks.sources.asking import ask
from tasks.suites.judging import judge
from tasks.suites.offices.trial import MemoryPost, OfficeTrial
from tasks.suites.rules import Rule
from tasks.suites.sources.trial import SourceTrial
from tasks.suites.trial import Broken, NotTried

__all__ = [
    "Broken",
    "MemoryPost",
    "NotTried",
    "OfficeTrial",
    "Rule",
    "SourceTrial",
    "ask",
    "hand_over",
    "judge",
    "look",
    "problem_of",
]
