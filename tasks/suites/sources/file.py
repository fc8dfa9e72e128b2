"""Reads what a source is tried with from a file.

::

    [registrar]                               # the one table of the source, as in sources.toml
    url = "http://127.0.0.1:8099"

    [contract]                                # may be left out, with everything in it
    known = { campus_id = "900000001" }       # a subject that the source knows
    unknown = { campus_id = "999999999" }     # one that it does not; left out: invented identifiers
    kinds = ["registrar"]                     # left out: every kind that `known` is enough for
    timeout = 10                              # seconds that an answer may take
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import SourceKind
from tasks.suites.file import plug_in, read
from tasks.suites.sources.trial import SourceTrial


class _Contract(BaseModel):
    """The table ``[contract]``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    known: dict[IdentifierKind, str] = {}
    unknown: dict[IdentifierKind, str] = {}
    kinds: frozenset[SourceKind] = frozenset()
    timeout: float = Field(default=10.0, gt=0)


def trial_of(reference: str, file: Path | None = None) -> SourceTrial:
    """A trial of the source class that somebody named.

    Args:
        reference: module and class, as in ``my_package:MySource``.
        file: what it is tried with; None: an empty table, and a subject that nobody knows.

    Raises:
        BadInput: there is no such class, or the file cannot be used.
    """
    named = plug_in(reference, SourceTrial.option)
    if file is None:
        return SourceTrial(named)
    name, table, said = read(file, _Contract, one=SourceTrial.one, option=SourceTrial.option)
    return SourceTrial(
        named, table, name, said.timeout, known=said.known, unknown=said.unknown, kinds=said.kinds
    )
