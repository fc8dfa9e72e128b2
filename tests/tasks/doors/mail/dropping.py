"""Mails dropped into a door's folder, and notices of ours that they may be about."""

import os
from pathlib import Path

from states.access import SYSTEM
from states.casebook.effects import listing
from states.tables import Notice
from states.vocabulary.effects import EffectKind, NoticeStatus
from tasks.desk import Desk
from tasks.doors.folders import Came, take_in
from tests.cases.walking import Walk

#: the Message-ID of a notice of ours, as those who got it know it
OURS = f"<{'a' * 40}@tatflow.invalid>"

BOUNCE = """\
From: Mail Delivery <mailer-daemon@x.example>
Message-ID: <b1@x.example>
Subject: Undeliverable: a message
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Undeliverable.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; x.example

Final-Recipient: rfc822; y@z.example
Action: {action}
--x
Content-Type: text/rfc822-headers

Message-ID: {about}
--x--
"""


def came(desk: Desk, file: Path, content: str | bytes) -> Came:
    """Drop a file that has lain there for a while, and look into the folders."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(file, (1, 1))
    return take_in(desk.book, desk.doors).total


def mailed(desk: Desk, folder: Path, text: str, **head: str) -> Came:
    """Drop a mail, and look into the folder."""
    head = {"From": "Terry Teacher <terry@wnmu.example>"} | head
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in head.items()]
    return came(desk, folder / "a.eml", "\n".join([*lines, "", text]))


def noticed(
    walk: Walk,
    number: str,
    *,
    kind: EffectKind = EffectKind.NOTIFY_TEAM,
    recipient: str = "officer",
    address: str = "y@z.example",
    template: str = "team_notice",
    message_id: str = OURS,
) -> None:
    """Put a notice on record that was handed over."""
    with walk.book.page(number, walk.chair, None) as page:
        lines = listing.effects(walk.book, by=SYSTEM, number=number)
        effect = min((line for line in lines if line.kind == kind), key=lambda line: line.due_at).effect_id
        notice = Notice(
            case_id=page.case.id,
            effect_id=effect,
            template=template,
            recipient=recipient,
            message_id=message_id,
            status=NoticeStatus.SENT,
            at=page.now,
            sent_at=page.now,
        )
        page.add(notice, {"address": address, "context": {}, "invite": ""})
        page.log("noted")
