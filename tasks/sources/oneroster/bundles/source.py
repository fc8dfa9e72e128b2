"""A source that reads a registrar's OneRoster CSV bundles (1EdTech OneRoster 1.1 or 1.2, CSV binding).

::

    [registrar]
    use = "oneroster_csv"
    folder = "/srv/exports/oneroster"    # the zips as they are dropped; or file = "/srv/exports/roster.zip"
    oldest_hours = 72                    # may be left out; a newest bundle that is older is *unavailable*
    guardians = false                    # may be left out: whether guardians are told
    demographics = false                 # may be left out: whether birth date and sex are told

    [registrar.identifiers]              # may be left out: these two
    campus_id = "identifier"             # or sourcedId, username, userMasterIdentifier (1.2 only)
    email = "email"

It reads the newest bundle whose users are whole (``bulk``) and the changes (``delta``) that came after it; a
bundle that is still being written is passed over. It tells what ``use = "oneroster"`` tells. A file that the
bundle is without, or that cannot be read, is a part that the answer is found without. Of two people with one
identifier it tells neither. Bundles are read in a process that has bounds of time and memory.
"""

from collections.abc import Mapping
from typing import Any, Self

from states.correspondence.question import Question
from states.errors import StepFailed
from states.store.threads import AT_ONCE, in_threads
from states.vocabulary.people import IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tasks.far.killable import Killable
from tasks.sources.bases import ACCEPTS
from tasks.sources.contract import Needs, Reply
from tasks.sources.oneroster.bundles.child import SECONDS, read_reply
from tasks.sources.oneroster.bundles.looking import Asked, Table


class OneRosterCsvSource:
    """Answers from OneRoster's CSV bundles (W-17, U-03).

    Args:
        name: the source's name.
        table: its table in the sources file.
    """

    kinds = frozenset({SourceKind.REGISTRAR})
    accepts: Mapping[SourceKind, frozenset[LegalBasis]] = {
        SourceKind.REGISTRAR: ACCEPTS[SourceKind.REGISTRAR]
    }

    def __init__(self, name: str, table: Table) -> None:
        self.name = name
        in_order = tuple(kind for kind in IdentifierKind if kind in table.identifiers)
        self.needs: Mapping[SourceKind, Needs] = {SourceKind.REGISTRAR: Needs(one_of=in_order)}
        self._table = table

    @classmethod
    def from_config(cls, name: str, table: Mapping[str, Any]) -> Self:
        """Make the source that a table describes, as shown at the top of this module.

        Raises:
            ValidationError: the table lacks something, or holds something that cannot be used.
        """
        return cls(name, Table.model_validate(table))

    async def lookup(self, question: Question) -> Reply:
        """Look the subject up in the newest bundles, in a process that can be killed: others wrote them.

        Raises:
            StepFailed: they are larger than they may be, or took too long.
        """
        asked = self.asked(question).model_dump_json().encode()
        child = Killable("tasks.sources.oneroster.bundles.child", SECONDS, {})
        try:
            said, ended = await in_threads(f"source {self.name}", AT_ONCE, child.run, [asked])
        finally:
            child.stop()
        if said:
            return read_reply(said)
        # One that died over a bundle had no memory left, or no time of the processor's.
        raise StepFailed("unreadable_file" if ended else "timeout")

    def asked(self, question: Question) -> Asked:
        """What of a question the process is told."""
        kind, column = next(
            (kind, name) for kind, name in self._table.identifiers.items() if kind in question.identifiers
        )
        value = question.identifiers[kind].strip()
        return Asked(source=self.name, table=self._table, column=column, value=value, now=question.now)
