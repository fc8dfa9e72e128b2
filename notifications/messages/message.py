"""What a message is: what it is for, what it asks of whom, how soon, and what it tells."""

from dataclasses import dataclass
from enum import StrEnum

from notifications.messages import contexts as c
from states.vocabulary.leaving import Disclosed


class Ask(StrEnum):
    """What a message asks of its recipient: all that a channel outside the team's own may say."""

    CALL = "call"
    COME = "come"
    ACT = "act"
    ANSWER = "answer"
    READ = "read"


class Urgency(StrEnum):
    """How soon a message wants to be read."""

    EMERGENCY = "emergency"
    ROUTINE = "routine"


#: what most messages tell: that there is a case, and how it stands
STATUS = frozenset({Disclosed.CASE_NUMBER, Disclosed.CASE_STATUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message that the team sends.

    Args:
        name: what its templates are called.
        purpose: what it is for, in a sentence.
        clause: ids of the clauses it serves.
        ask: what it asks of the recipient.
        urgency: how soon it wants to be read; a context may raise it.
        sample: an invented context: what `tat notices preview` shows. Its detail's class is the message's.
        discloses: what it tells on the team's own channels; None: the referral that it carries says.
        about_case: whether it makes no sense without a case number.
        timed: whether it makes no sense without a time.
        everywhere: whether it says what it says on any channel: in an emergency, or as it tells of nobody.
        cancels: whether its calendar entry takes back the one that was sent before.
        signed_in: whether its link asks for signing in; else it opens for whoever holds it.
    """

    name: str
    purpose: str
    clause: tuple[str, ...]
    ask: Ask
    urgency: Urgency = Urgency.ROUTINE
    sample: c.Context
    discloses: frozenset[Disclosed] | None = STATUS
    about_case: bool = True
    timed: bool = False
    everywhere: bool = False
    cancels: bool = False
    signed_in: bool = True

    @property
    def in_both(self) -> bool:
        """Whether somebody may read it who is not on the team: then it is in English and in Spanish.

        Nobody knows which of the two an office, a police post or a reporter reads, and none has to say so.
        Figures go to whoever heads the institution, who need not have an account.
        """
        figures = self.discloses == frozenset({Disclosed.STATISTICS})
        return self.everywhere or figures or not self.signed_in or self.ask is Ask.ANSWER
