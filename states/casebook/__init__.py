"""The casebook: the only writer of the case database.

One function for each thing that people or flows tell a case, one transaction for each call. The functions lie
by stage of the process: :mod:`intake`, :mod:`inquiry`, :mod:`planning`, :mod:`meetings`, :mod:`acting`,
:mod:`closing`; what flows tell in :mod:`effects`, :mod:`lookups`,
:mod:`notices` and :mod:`results`; referrals in :mod:`referrals`, what offices say of them in
:mod:`referral_answers`, their one-time links in :mod:`links`; clocks in :mod:`timers`; the team in
:mod:`team`; and reading, which is an event too, in :mod:`reading`.
"""

from states.casebook.book import Casebook
from states.casebook.page import Page

__all__ = ["Casebook", "Page"]
