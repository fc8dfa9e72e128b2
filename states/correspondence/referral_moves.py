"""How far a referral may come next, as a table; nothing here gates the case itself (W-21, W-29)."""

from collections.abc import Iterable, Mapping

from states.errors import Refused
from states.vocabulary.effects import Clock
from states.vocabulary.leaving import ReferralKind, ReferralStatus

S = ReferralStatus

#: from each status, the ones that may follow
MOVES: Mapping[ReferralStatus, tuple[ReferralStatus, ...]] = {
    # An office that was told by phone may answer before its letter has left.
    S.DRAFTED: (S.SENT, S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.COMPLETED),
    S.SENT: (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.COMPLETED, S.EXPIRED),
    S.ACKNOWLEDGED: (S.ACCEPTED, S.DECLINED, S.COMPLETED, S.EXPIRED),
    S.ACCEPTED: (S.DECLINED, S.COMPLETED, S.EXPIRED),
    # It may change its mind, and the team may ask again.
    S.DECLINED: (S.SENT, S.ACCEPTED),
    S.COMPLETED: (),
    # A late answer is an answer.
    S.EXPIRED: (S.SENT, S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.COMPLETED),
}

#: what an office may say of a referral
ANSWERS = (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.COMPLETED)

#: what the holder of a one-time link is asked: nothing is completed that nobody has taken up
CHOICES: Mapping[ReferralStatus, tuple[ReferralStatus, ...]] = {
    S.DRAFTED: (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED),
    S.SENT: (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED),
    S.ACKNOWLEDGED: (S.ACCEPTED, S.DECLINED),
    S.ACCEPTED: (S.COMPLETED, S.DECLINED),
    S.DECLINED: (),
    S.COMPLETED: (),
    S.EXPIRED: (S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED),
}

#: the clock that runs while a referral has come so far (W-25)
CLOCKS: Mapping[ReferralStatus, Clock] = {
    S.SENT: Clock.REFERRAL_ACKNOWLEDGEMENT,
    S.ACKNOWLEDGED: Clock.REFERRAL_DECISION,
    S.ACCEPTED: Clock.REFERRAL_COMPLETION,
}

#: what has come to an end, for now or for good
ENDS = (S.DECLINED, S.COMPLETED, S.EXPIRED)


def choices(kind: ReferralKind, status: ReferralStatus) -> tuple[ReferralStatus, ...]:
    """What the holder of a one-time link is asked; of a copy of an order, only whether it was received."""
    asked = CHOICES[status]
    if kind is not ReferralKind.PROTECTIVE_ORDER:
        return asked
    return tuple(each for each in asked if each is S.ACKNOWLEDGED)


def check_move(before: ReferralStatus, after: ReferralStatus) -> None:
    """Let a referral come from one status to another.

    Raises:
        Refused: the table does not have it.
    """
    if after not in MOVES[before]:
        raise Refused(
            f"This referral is {before} and cannot become {after}; {_what_can_be(MOVES[before])} "
            "Nothing was written."
        )


def _what_can_be(following: Iterable[ReferralStatus]) -> str:
    words = ", ".join(following)
    return f"what may follow is: {words}." if words else "nothing follows any more."
