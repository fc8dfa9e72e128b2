"""The contract of ways out as rules that any package can be held to.

``pytest --tat-office my_package:MyWay`` runs them; so does a test that asks for ``tat_office_rule``::

    def test_the_contract(tat_office_rule: Rule, trial: OfficeTrial) -> None:
        judge(tat_office_rule, trial)
"""

from tasks.suites.offices.file import trial_of
from tasks.suites.offices.rules import RULES

__all__ = ["RULES", "trial_of"]
