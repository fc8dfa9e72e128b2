"""Rules on what a source is, before anybody asks it."""

from collections.abc import Iterable, Mapping

from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.sources.contract import Needs
from tasks.suites.sources.trial import SourceTrial
from tasks.suites.trial import Broken


async def declares(trial: SourceTrial) -> None:
    """Its name is its table's; every kind has its needs; there is a basis to ask on."""
    source = trial.make()
    if source.name != trial.name:
        raise Broken("Its name is not that of its table. Keep the name that from_config is given.")
    if not source.kinds or not _all(source.kinds, SourceKind):
        raise Broken("It answers about nothing. Give `kinds` at least one SourceKind.")
    if not isinstance(source.needs, Mapping) or set(source.needs) != set(source.kinds):
        raise Broken("Its `needs` and its `kinds` differ. Give every kind the Needs that belong to it.")
    for kind, needs in source.needs.items():
        if not isinstance(needs, Needs) or not needs.named:
            raise Broken(f"For {kind} it needs no identifier, so it is never asked. Name one in its Needs.")
    if not isinstance(source.accepts, Mapping) or set(source.accepts) != set(source.kinds):
        raise Broken(
            "Its `accepts` and its `kinds` differ. Give every kind the legal bases that belong to it."
        )
    for kind, bases in source.accepts.items():
        if not bases or not _all(bases, LegalBasis):
            raise Broken(f"For {kind} it accepts no basis, so it is never asked. Name a LegalBasis.")


def _all(given: Iterable[object], kind: type) -> bool:
    return all(isinstance(each, kind) for each in given)
