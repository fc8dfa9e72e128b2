"""What can go wrong, as one tree.

::

    TatError                  every sentence says what happened, what was kept and what to do
    ├── Refused               the rules say no; nothing was written            (exit code 1)
    │   ├── TransitionRefused     guards are not met; carries what is missing
    │   ├── NotPermitted          this person may not see or do this
    │   ├── CaseChanged           somebody else acted first; carries what changed
    │   ├── UnknownRecord         no case, effect, plan … under that name
    │   │   └── NoSuchCase            no case, or none that this person may know of
    │   ├── CaseErased            the case's key is destroyed
    │   ├── CodeFirst             a link is right, and asks for a code that was sent another way
    │   ├── BadSignature          a message from outside is not from whom it says
    │   ├── Withheld              nothing may leave on that basis; carries what would be needed
    │   └── LeaseLost             another attempt of this effect has taken over
    ├── BadInput              what was given cannot be read or used             (exit code 2)
    │   ├── BadContent            what somebody wrote does not fit; carries what is wrong, place by place
    │   │   └── LeftUnsaid            a plan says nothing of actions that are still open; carries which
    │   └── BadPolicy             a policy pack is wrong; names file and key
    ├── LedgerBroken          the record was tampered with; names the first broken link
    ├── BackupUnusable        a backup does not open, is not whole, or has no place to go to
    ├── VaultLocked           the master key is missing or does not fit
    ├── FileDamaged           a file that was kept is missing where files lie, or was changed there
    ├── ContentUnreadable     what a record says does not fit what this version knows
    ├── NotReady              a server, folder or port is not as it must be
    │   ├── DatabaseAway          the case database cannot be reached or written just now
    │   ├── FilesAway             where files are kept cannot be reached or written just now
    │   └── GaveUp                what `tat up` runs cannot live here         (exit code 75)
    └── StepFailed            one step of an effect failed; a code, never personal data
        └── EffectFailed          what Prefect is allowed to see of a failed effect

No message may hold personal data: messages reach logs and Prefect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that blocks a trigger.

    Args:
        guard: name of the guard that found it.
        sentence: what is missing, in plain English.
        who: who can clear it, in plain English.
        clause: id of the clause that asks for it.
        given: what clears it by being given along with the trigger, such as ``reason``; empty: nothing does.
    """

    guard: str
    sentence: str
    who: str
    clause: str
    given: str = ""


class TatError(Exception):
    """Base of every error this product raises on purpose."""

    #: the process's exit code when the error reaches the command line
    exit_code = 1


class Refused(TatError):
    """The rules say no, and nothing was written."""


class TransitionRefused(Refused):
    """A trigger's guards are not met.

    Args:
        trigger: the refused trigger.
        number: the case's number.
        missing: what blocks it, as the guard explainer shows it.
    """

    def __init__(self, trigger: str, number: str, missing: Sequence[Missing]) -> None:
        self.trigger = trigger
        self.number = number
        self.missing = tuple(missing)
        lines = "".join(f"\n  - {m.sentence} ({m.who})" for m in self.missing)
        super().__init__(f"{number}: {trigger} is not possible yet, and nothing was changed.{lines}")


class NotPermitted(Refused):
    """This person may not see or do this."""


class CaseChanged(Refused):
    """Somebody else acted on the case first.

    Args:
        number: the case's number.
        changes: what happened since the version the caller knew, oldest first.
    """

    def __init__(self, number: str, changes: Sequence[str]) -> None:
        self.changes = tuple(changes)
        since = "; ".join(changes) or "see its timeline"
        super().__init__(
            f"{number} has changed since you looked ({since}). "
            "Nothing of yours was written: look again, then repeat."
        )


class UnknownRecord(Refused):
    """Nothing is on record under that name."""


class NoSuchCase(UnknownRecord, NotPermitted):
    """There is no case under that number, or none that this person may know of: nobody learns which."""


class CodeFirst(Refused):
    """What is behind a link is shown to whoever types the code that was sent them another way."""


class CaseErased(Refused):
    """The case's data key is destroyed: its content can no longer be read by anyone."""


class BadSignature(Refused):
    """A message is not signed by whom it says, was changed under way, or is too old."""


class Withheld(Refused):
    """Something was about to leave without what the policy asks for; it did not.

    Args:
        subject: what was to go to whom, in codes.
        missing: what would be needed, as the guard explainer shows it.
        on_record: whether it is on record that this was asked for and withheld.
    """

    def __init__(self, subject: str, missing: Sequence[Missing], *, on_record: bool = False) -> None:
        self.subject = subject
        self.missing = tuple(missing)
        lines = "".join(f"\n  - {m.sentence} ({m.who})" for m in self.missing)
        kept = "that it was asked for and withheld is on record" if on_record else "nothing was written"
        super().__init__(f"Withheld: {subject}. Nothing left, and {kept}.{lines}")


class LeaseLost(Refused):
    """Another attempt of this effect has taken over; this one writes nothing."""


class BadInput(TatError):
    """What was given cannot be read or used; nothing was written.

    Args:
        said: the sentence; its values stand in braces, so that it can be said in another language.
        values: its values, by name; several in one stand with commas between them.
    """

    exit_code = 2

    def __init__(self, said: str, **values: str | int | Sequence[str]) -> None:
        self.said = said
        self.values = values
        super().__init__(self.in_words(str))

    def in_words(self, translated: Callable[[str], str]) -> str:
        """The sentence, put into a language.

        Args:
            translated: puts a text into it.
        """
        if not self.values:
            return translated(self.said)
        told = {
            name: value if isinstance(value, str | int) else ", ".join(map(translated, value))
            for name, value in self.values.items()
        }
        return translated(self.said).format(**told)


class BadContent(BadInput):
    """What somebody wrote does not fit what it is to be.

    Args:
        message: what is wrong, as a sentence.
        at: what is wrong with a field, by its place, its parts joined by dots.
    """

    def __init__(self, message: str, at: Mapping[str, str]) -> None:
        self.at = at
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """An action in force that is not done.

    Args:
        id: its id.
        what: what is to be done.
        owner: id of whoever does it; empty: nobody yet.
    """

    id: str
    what: str
    owner: str


class LeftUnsaid(BadContent):
    """A plan says nothing of actions that are still open, so that they would be done beside it, or twice.

    Args:
        still_open: which; what they say is no part of the message, which reaches logs.
    """

    def __init__(self, still_open: Sequence[StillOpen]) -> None:
        self.still_open = tuple(still_open)
        message = (
            f"{len(self.still_open)} action(s) in force are still open, and this plan says nothing of them. "
            "Nothing was written: of each, say which action of this plan goes on from it (`continues`), or "
            "that it stays open beside this plan (`stay_open`)."
        )
        super().__init__(message, {"stay_open": message})


class BadPolicy(BadInput):
    """A policy pack is wrong.

    Args:
        file: the pack's file.
        key: the dotted key of the entry at fault.
        problem: what is wrong with it, as a sentence's end.
    """

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file = file
        self.key = key
        super().__init__(f"{file}: {key}: {problem}")


class LedgerBroken(TatError):
    """The record does not verify; the message names the first broken link."""


class VaultLocked(TatError):
    """The master key is missing or does not fit this casebook."""


class ContentUnreadable(TatError):
    """A record opens, and what it says does not fit what this version knows; names its kind and its id."""


class FileDamaged(TatError):
    """A file that was kept does not open: it is missing where files lie, or was cut or changed there.

    Args:
        stored: the opaque name that it lies under.
    """

    def __init__(self, stored: str) -> None:
        self.stored = stored
        super().__init__(
            f"File {stored} is missing or was changed where files are kept. What cannot be trusted is not "
            "shown: restore it from a backup."
        )


class BackupUnusable(TatError):
    """A backup does not open, is not whole, or there is already something where it would go."""


class NotReady(TatError):
    """A server, folder or port is not as it must be."""


class DatabaseAway(NotReady):
    """The case database cannot be reached, read or written just now; what is on record is kept."""


class FilesAway(NotReady):
    """Where files are kept cannot be reached, read or written just now; nothing half of a file is kept."""


class GaveUp(NotReady):
    """A process died again and again; `tat up` ends, so that whoever supervises it starts everything anew."""

    #: `EX_TEMPFAIL` of sysexits.h: trying again later may help
    exit_code = 75


#: the code of what left, perhaps, by a channel that cannot tell a message that comes twice
MAYBE_SENT = "maybe_sent"


class StepFailed(TatError):
    """One step of an effect failed.

    Args:
        code: what failed, from a closed list; safe to show anywhere.
        permanent: whether trying again is pointless.
    """

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        self.code = code
        self.permanent = permanent
        super().__init__(code)


class EffectFailed(StepFailed):
    """What Prefect is allowed to see of a failed effect: its code."""
