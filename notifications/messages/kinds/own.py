"""What somebody is told of what they did themselves, or was done in their name."""

from notifications.messages.contexts import Detail
from notifications.messages.message import Ask, Message
from notifications.messages.samples import WHEN, sample
from states.vocabulary.people import AccountChange


class GlassReviewed(Detail):
    """What came of the review of a case that the recipient opened in an emergency; nothing of the case."""

    justified: bool


class AccountNews(Detail):
    """What was done about the recipient's account; the code that belongs to a link, in fours, if any does."""

    happened: AccountChange
    code: str = ""


ENTRIES = (
    Message(
        name="glass_reviewed",
        purpose="Tell whoever opened a case in an emergency what came of the review.",
        clause=("W-39",),
        ask=Ask.READ,
        sample=sample(GlassReviewed(justified=False)),
    ),
    Message(
        name="account_news",
        purpose="Tell a member what was done about their account: they may not have done it themselves.",
        clause=("P-08",),
        ask=Ask.READ,
        about_case=False,
        timed=True,
        sample=sample(
            AccountNews(happened=AccountChange.LINK_GIVEN, code="0123 4567 89ab"), case=None, when=WHEN
        ),
    ),
)
