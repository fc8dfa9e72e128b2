"""Every message that the team sends, by its name.

A message is an entry in a module of ``kinds/`` and two templates, in the folder of ``templates/`` with its
name: those of ``reminder``, an entry of ``kinds/team.py``, are ``team/reminder.txt.jinja`` and
``team/reminder.html.jinja``. They are for the team's own channels; on any other channel every message reads
as ``elsewhere.…`` and says only what its ``ask`` says.
"""

from collections.abc import Mapping

from notifications.messages.kinds import alarms, meetings, outside, own, referrals, team, upkeep
from notifications.messages.message import Message

#: the entries of each module of ``kinds/``, by the name of the folder where their templates lie
ROOMS: Mapping[str, tuple[Message, ...]] = {
    "alarms": alarms.ENTRIES,
    "team": team.ENTRIES,
    "own": own.ENTRIES,
    "meetings": meetings.ENTRIES,
    "referrals": referrals.ENTRIES,
    "outside": outside.ENTRIES,
    "upkeep": upkeep.ENTRIES,
}

#: every message by its name
MESSAGES: Mapping[str, Message] = {entry.name: entry for entries in ROOMS.values() for entry in entries}
