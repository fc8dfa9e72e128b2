"""What a notice discloses to whom: the question that the disclosure gate is asked before it is written."""

from notifications.channels.addresses import is_own
from notifications.messages.message import Urgency
from notifications.messages.registry import MESSAGES
from states.casebook.disclosing.notices import Draft
from states.gate import Outgoing
from states.policy.pack import Pack
from states.vocabulary.leaving import Disclosed, Purpose, RecipientKind
from states.vocabulary.sources import LegalBasis

#: on which basis each kind of recipient is sent notices
BASES = {
    RecipientKind.TEAM: LegalBasis.SCHOOL_OFFICIAL,
    RecipientKind.OFFICE: LegalBasis.SCHOOL_OFFICIAL,
    # Alerts and orders tell what people saw or what a court said, and nothing of an education record.
    RecipientKind.POLICE: LegalBasis.NO_RECORD,
    RecipientKind.REPORTER: LegalBasis.NO_RECORD,
}

#: all that a channel which is not the team's own ever carries
ELSEWHERE = frozenset({Disclosed.CASE_NUMBER})


def outgoing_of(draft: Draft, pack: Pack) -> Outgoing | None:
    """What a notice discloses; None where the referral that it carries passes the gate itself.

    Args:
        draft: the notice.
        pack: the policy in force.
    """
    message = MESSAGES[draft.template]
    discloses = message.discloses
    if discloses is None:
        return None
    to = _kind_of(draft.recipient, pack)
    own = is_own(draft.address, pack.own_domains)
    return Outgoing(
        to=to,
        recipient=draft.recipient,
        purpose=Purpose.EMERGENCY if message.urgency is Urgency.EMERGENCY else Purpose.NOTICE,
        basis=LegalBasis.NO_RECORD if discloses == {Disclosed.STATISTICS} else BASES[to],
        what=discloses if own or message.everywhere or not draft.context["case_number"] else ELSEWHERE,
    )


def _kind_of(recipient: str, pack: Pack) -> RecipientKind:
    if recipient == "reporter":
        return RecipientKind.REPORTER
    if recipient.startswith("police:"):
        return RecipientKind.POLICE
    return RecipientKind.OFFICE if recipient in pack.offices else RecipientKind.TEAM
