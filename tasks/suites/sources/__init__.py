"""The contract of data sources as rules that any package can be held to.

``pytest --tat-source my_package:MySource`` runs them; so does a test that asks for ``tat_source_rule``::

    def test_the_contract(tat_source_rule: Rule, trial: SourceTrial) -> None:
        judge(tat_source_rule, trial)
"""

from tasks.suites.sources.file import trial_of
from tasks.suites.sources.rules import RULES

__all__ = ["RULES", "trial_of"]
