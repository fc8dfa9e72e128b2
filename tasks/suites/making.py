"""Rules on how a plug-in is made, which sources and ways out share."""

from typing import Any

from pydantic import ValidationError

from tasks.suites.trial import Broken, Trial
from tasks.suites.watching import outside

#: a key that no table has, and a value that must not come back in an error
_KEY, _VALUE = "no_such_key_zq7", "Zq7-value-Zq7"


async def is_made(trial: Trial) -> None:
    """It can be made as the registry does."""
    trial.make()


async def touches_nothing(trial: Trial) -> None:
    """Making it opens no connection and no file: one that is away must not stop the others."""
    with outside() as seen:
        trial.make()
    if seen.touched:
        what = " and ".join(sorted(seen.touched))
        raise Broken(f"from_config reaches for {what}. Do that when it is asked for something.")


async def refuses_unknown_key(trial: Trial) -> None:
    """A mistyped key is an error that names the key, and shows nothing of what it was set to."""
    trial.make()
    table: dict[str, Any] = {**trial.table, _KEY: _VALUE}
    try:
        trial.plug_in.from_config(trial.name, table)
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
        "ValidationError tells which key it is."
    )
