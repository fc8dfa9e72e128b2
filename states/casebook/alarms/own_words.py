"""What somebody wrote themselves in a reply, and whether it says that they take an alarm over (W-13, U-15).

A reply takes an alarm over by one rule: its first own line is one of the pack's words, and nothing else. An
officer who writes "Yes, I read it, but I am off duty" has not taken over, and is told so.
"""

import re
from collections.abc import Collection

#: what begins the message that is replied to, where a mail program does not mark each of its lines
_QUOTE_BEGINS = re.compile(r"-{2,} ?\w[\w ]* ?-{2,}|_{10,}|From: .+|EMERGENCY: .+")

#: a line that holds an alert's link, whose secret is repeated nowhere
_LINK = re.compile(r"/m/[0-9a-f]{64}\b")


def own_lines(text: str) -> list[str]:
    """The lines that whoever replied wrote themselves, without what they quote.

    Args:
        text: the text of a mail.
    """
    lines = [line.strip() for line in text.splitlines()]
    own: list[str] = []
    for line in lines:
        if line.startswith(">"):
            # What announces the quotation is no word of theirs: "On Monday somebody wrote:".
            while own and (not own[-1] or own[-1].endswith(":")):
                own.pop()
        elif _QUOTE_BEGINS.fullmatch(line):
            break
        elif not _LINK.search(line):
            own.append(line)
    return [line for line in own if line]


def takes_over(text: str, words: Collection[str]) -> bool:
    """Whether a reply says that its writer takes an alarm over.

    Args:
        text: the text of the reply.
        words: what counts, from the policy pack.
    """
    own = own_lines(text)
    return bool(own) and _plain(own[0]) in {_plain(word) for word in words}


def _plain(line: str) -> str:
    """A line by its letters and digits: no case, no punctuation, no apostrophe."""
    return " ".join(re.findall(r"[^\W_]+", line.casefold()))
