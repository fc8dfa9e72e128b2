"""A one-time link that was used, opened or pressed again: it says what was done, and changes nothing."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fastapi import Request, Response

from console.web.languages import N_
from console.web.links.routes import shown
from console.web.pages import desk_of
from states.casebook.landing import used
from states.store.threads import told
from states.vocabulary.leaving import ReferralStatus

S = ReferralStatus

#: what an office has done, as a page says it
HAS: Mapping[ReferralStatus, str] = {
    S.ACKNOWLEDGED: N_("It is on record that your office has received it. The case:"),
    S.ACCEPTED: N_("It is on record that your office takes it up. The case:"),
    S.DECLINED: N_("It is on record that your office declines. The case:"),
    S.COMPLETED: N_("It is on record that it is completed. The case:"),
}

#: the same of follow-up that somebody of an office took over
TAKEN = N_("It is on record that your office takes the follow-up over. The case:")


async def used_before(request: Request, secret: str, purpose: str) -> Response:
    """The page of a link that was used.

    Args:
        request: what is answered.
        secret: what stands in the link.
        purpose: what it let its holder do.

    Raises:
        UnknownRecord: it was not used, or opens nothing for another reason.
    """
    book = desk_of(request).book
    found = await told(used.used, book, secret, purpose)
    values = {
        "title": N_("This was answered already"),
        "recorded": TAKEN if found.status is None else HAS.get(found.status, ""),
        "used": found,
        "zone": ZoneInfo(book.pack.site(found.site).timezone),
    }
    return shown(request, "once/used", values, to=request.url.path)
