"""Rules on what a source is, before anybody asks it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from states.vocabulary import LegalBasis, SourceKind
from tasks.sources.contract import Needs
from tasks.sources.suite.trial import Broken, Trial
from tasks.sources.suite.watching import outside

#: a key that no source has, and a value that must not come back in an error
_KEY, _VALUE = "no_such_key_zq7", "Zq7-value-Zq7"


async def is_made(trial: Trial) -> None:
    """It can be made as the registry does."""
    trial.make()


async def declares(trial: Trial) -> None:
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
    if not source.accepts or not _all(source.accepts, LegalBasis):
        raise Broken("It accepts no basis, so it is never asked. Give `accepts` at least one LegalBasis.")


def _all(given: Iterable[object], kind: type) -> bool:
    return all(isinstance(each, kind) for each in given)


async def touches_nothing(trial: Trial) -> None:
    """Making it opens no connection and no file: one that is away must not stop the others."""
    with outside() as seen:
        trial.make()
    if seen.touched:
        what = " and ".join(sorted(seen.touched))
        raise Broken(f"from_config reaches for {what}. Do that in lookup, when somebody asks.")


async def refuses_unknown_key(trial: Trial) -> None:
    """A mistyped key is an error that names the key, and shows nothing of what it was set to."""
    trial.make()
    table: dict[str, Any] = {**trial.table, _KEY: _VALUE}
    try:
        trial.source_class.from_config(trial.name, table)
    except ValidationError as error:
        if _VALUE in str(error):
            raise Broken(
                "The error about its table repeats a value, which may be a password. Set "
                "`hide_input_in_errors=True` in the model's ConfigDict."
            ) from None
        return
    except Exception as error:  # noqa: BLE001 - a stranger's code: its text may hold a value of the table
        kind = type(error).__name__
    else:
        raise Broken(
            "A mistyped key of its table goes unnoticed. Check the table with a pydantic model that has "
            '`extra="forbid"`.'
        )
    raise Broken(
        f"An unknown key in its table raises {kind}. Check the table with a pydantic model, whose "
        "ValidationError "
        "tells which key it is."
    )
