"""Rules on what a way is, before anybody hands it a letter."""

from typing import Any

from states.vocabulary.leaving import Disclosed
from tasks.offices.contract import Answers, Calling
from tasks.sources.contract import Needs
from tasks.suites.offices.trial import OfficeTrial
from tasks.suites.trial import Broken


async def declares(trial: OfficeTrial) -> None:
    """Its name is its table's; what it tells, what it needs and how its office answers fit together."""
    way: Any = trial.make()
    if way.name != trial.name:
        raise Broken("Its name is not that of its table. Keep the name that from_config is given.")
    if not isinstance(way.kind, str) or not way.kind.strip():
        raise Broken("Its `kind` is blank. Say what the way is called, as in mail.")
    if not way.tells or not all(isinstance(each, Disclosed) for each in way.tells):
        raise Broken("It tells nothing, so the gate is asked about nothing. Name a Disclosed in `tells`.")
    if Disclosed.CASE_NUMBER not in way.tells:
        raise Broken("Every letter has the case's number. Name Disclosed.CASE_NUMBER in `tells`.")
    if not isinstance(way.needs, Needs) or bool(way.needs.named) != (Disclosed.IDENTIFIERS in way.tells):
        raise Broken(
            "Its `needs` and its `tells` differ. Name identifiers in Needs, and Disclosed.IDENTIFIERS in "
            "`tells`: both, or neither."
        )
    if not isinstance(way.answers, Answers):
        raise Broken("It does not say how its office answers. Give `answers` one of Answers.")
    if way.answers is Answers.BY_CALL and not (isinstance(way, Calling) and way.keys):
        raise Broken("Its office answers with signed calls, and no key is known. Give it `keys`.")
