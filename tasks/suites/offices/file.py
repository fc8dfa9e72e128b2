"""Reads what a way is tried with from a file.

::

    [social_services]                         # the one table of the way, as in offices.toml
    url = "http://127.0.0.1:8098"

    [contract]                                # may be left out, with everything in it
    subject = { campus_id = "900000001" }     # identifiers of whom letters are about; left out: invented ones
    kind = "social_services"                  # what is recommended; left out: other
    handbook = ""                             # under which handbook
    timeout = 10                              # seconds that handing over may take

Letters go to the office that the table names: a test system, which takes letters about nobody.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind
from tasks.suites.file import plug_in, read
from tasks.suites.offices.trial import OfficeTrial


class _Contract(BaseModel):
    """The table ``[contract]``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    subject: dict[IdentifierKind, str] = {}
    kind: ReferralKind = ReferralKind.OTHER
    handbook: str = ""
    timeout: float = Field(default=10.0, gt=0)


def trial_of(reference: str, file: Path | None = None) -> OfficeTrial:
    """A trial of the way that somebody named.

    Args:
        reference: module and class, as in ``my_package:MyWay``.
        file: what it is tried with; None: an empty table, and an office that may not be there.

    Raises:
        BadInput: there is no such class, or the file cannot be used.
    """
    named = plug_in(reference, OfficeTrial.option)
    if file is None:
        return OfficeTrial(named, in_reach=False)
    name, table, said = read(file, _Contract, one=OfficeTrial.one, option=OfficeTrial.option)
    return OfficeTrial(
        named, table, name, said.timeout, subject=said.subject, kind=said.kind, handbook=said.handbook
    )
