"""Whether a source could be asked, as far as that shows without asking about anybody.

`tat sources check NAME` says it at a terminal, and the page *Health* beside a button.
"""

import asyncio
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from notifications.channels import tls
from states.errors import StepFailed
from states.vocabulary.spelling import words
from tasks.far.codes import advice
from tasks.far.egress import Table
from tasks.far.secrets import Secret
from tasks.sources.contract import Checked, Source


def table(name: str, config: Path) -> Mapping[str, object]:
    """What a sources file says of a source that is plugged in.

    Args:
        name: the source's name, a table of the file.
        config: the sources file.
    """
    said: Mapping[str, object] = tomllib.loads(config.read_text(encoding="utf-8"))[name]
    return said


async def missing(table: Mapping[str, object]) -> list[str]:
    """Where a secret, a certificate or a key should be that a table names, and is not: names, never values.

    Args:
        table: of a source, an office or a door.
    """
    found = []
    for secret, place in _secrets(table):
        try:
            await secret.reveal()
        except StepFailed as failure:
            found.append(f"{place} ({words(failure.code)})")
    return found + _unreadable(table)


def _unreadable(table: Mapping[str, object]) -> list[str]:
    """Which certificates and keys that a table names cannot be used: their keys in it."""
    named = {key: table[key] for key in ("ca", "client_certificate", "client_key") if key in table}
    try:
        tls.context(Table.model_validate(named).papers)
    except StepFailed as failure:
        return [f"{', '.join(named) or 'SSL_CERT_FILE'} ({words(failure.code)})"]
    return []


def _secrets(table: object) -> Iterator[tuple[Secret, str]]:
    if isinstance(table, Mapping):
        try:
            secret = Secret.model_validate(table)
        except ValidationError:
            for value in table.values():
                yield from _secrets(value)
        else:
            yield secret, f"variable {secret.env}" if secret.env else f"Prefect block {secret.block}"
    elif isinstance(table, list):
        for value in table:
            yield from _secrets(value)


async def in_the_way(source: Source, *, seconds: float) -> tuple[str, ...]:
    """What stands in the way as the far side says, in sentences; nothing where it cannot be tried like that.

    Args:
        source: the source.
        seconds: how long it may take.
    """
    if not isinstance(source, Checked):
        return ()
    code = "timeout"
    try:
        async with asyncio.timeout(seconds):
            return await source.check()
    except TimeoutError:
        pass
    except StepFailed as failure:
        code = failure.code
    return (f"It could not be tried ({words(code)}). {advice(code)}",)
