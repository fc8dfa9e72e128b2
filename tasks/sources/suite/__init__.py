"""The contract of data sources as rules that any package can be held to.

``pytest --tat-source my_package:MySource`` runs them; so does a test that asks for the fixture ``tat_rule``::

    def test_the_contract(tat_rule: Rule, trial: Trial) -> None:
        judge(tat_rule, trial)
"""

from tasks.sources.suite.judging import judge
from tasks.sources.suite.rules import RULES, Rule
from tasks.sources.suite.trial import Broken, NotTried, Trial

__all__ = ["RULES", "Broken", "NotTried", "Rule", "Trial", "judge"]
