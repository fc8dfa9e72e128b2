"""Every kind of far side, each of which repeats what it was told: sources, partner, tip line, folder."""

import os
import time
from pathlib import Path

from states.casebook.disclosing import releases
from states.casebook.inquiry import correcting, triage
from states.casebook.intake import tips
from states.casebook.intake.tips import Incoming
from states.casebook.lookups import asking
from states.contents.leaving import ReleaseContent
from states.contents.reports import ReportContent, SubjectContent
from states.vocabulary.cases import Level
from states.vocabulary.leaving import Disclosed, RecipientKind
from states.vocabulary.people import Affiliation, IdentifierKind
from states.vocabulary.sources import LegalBasis, SourceKind
from tests.cases.walking import Walk
from tests.privacy.marking import CONTENT, FAULT

#: a key and a public key that are nobody's
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

SOURCES = f"""
[registrar]
use = "oneroster"
version = "1.2"
url = "{{url}}"
token_url = "{{url}}/token"
client_id = "tatflow"
client_secret = {{{{ env = "TAT_TEST_SECRET" }}}}

[personnel]
use = "scim"
kinds = ["human_resources"]
url = "{{url}}"
token = {{{{ env = "TAT_TEST_SECRET" }}}}

[police]
use = "partner"
kinds = ["past_contacts"]
url = "{{url}}"
key_id = "team"
private_key = {{{{ env = "TAT_TEST_SECRET" }}}}
partner_keys = {{{{ police = "{KEY}" }}}}
callback = false

[directory]
use = "sql"
url = "sqlite:////nowhere/{FAULT}.db"
[directory.queries.directory]
sql = "SELECT name FROM people WHERE mail = :email"
static = {{{{ "Name" = "name" }}}}

[weapons]
use = "scripted"
[weapons.answers.weapons_registration]
answer = "raise"
text = "{FAULT} in a source's exception"

[others]
use = "scripted"
[others.answers.social_media]
answer = "found"
facts = [{{{{ name = "{CONTENT}", value = "{CONTENT}", kind = "static" }}}}]
[others.answers.court_registrants]
answer = "pending"
ticket = "{CONTENT}"
"""  # noqa: S608 - one of the tables holds a query

DOORS = f"""
[tips]
use = "webhook"
site = "silver_city"
keys = {{{{ tips = "{KEY}" }}}}
answer_url = "{{url}}/answers"
key_id = "team"
private_key = {{{{ env = "TAT_TEST_SECRET" }}}}

[mail]
use = "mail_folder"
site = "silver_city"
folder = "{{folder}}"
"""

MAIL = f"From: {CONTENT} <{CONTENT}@people.example>\nSubject: {CONTENT}\n\n{CONTENT}\n"


def ask_everybody(walk: Walk) -> None:
    """Have every kind of source asked about somebody of whom everything is known."""
    for affiliation in (Affiliation.STUDENT, Affiliation.STAFF):
        number = walk.in_inquiry(affiliation=affiliation)
        known = {kind: f"{CONTENT}-{kind}" for kind in IdentifierKind}
        subject = SubjectContent(
            name=CONTENT, identifiers=known, affiliations=(affiliation,), site="silver_city"
        )
        correcting.correct_subject(walk.book, number, subject, by=walk.chair, because=walk.words("because"))
    asked = {row["kind"] for row in walk.records(number, "source_queries")}
    for kind in SourceKind:
        if kind not in asked and kind is not SourceKind.REGISTRAR:
            asking.request_lookup(walk.book, number, kind, by=walk.chair, because=walk.words("why"))


def send_a_tip(walk: Walk) -> None:
    """Take a tip in, and screen it, so that its tip line is to hear of it."""
    subject = {"name": CONTENT, "identifiers": {"campus_id": f"{CONTENT}-tip"}, "site": "silver_city"}
    report = ReportContent.read({"behaviour_of_concern": CONTENT, "channel": "tip_line", "subject": subject})
    tips.take_tip(walk.book, Incoming("tips", f"{CONTENT}-7", report, CONTENT, None, answerable=True))
    number = next(line.number for line in walk.cases() if "tip_taken" in walk.events(line.number))
    triage.screen(walk.book, number, by=walk.officer, level=Level.MILD, because=walk.words("screening"))


def draft_a_release(walk: Walk) -> None:
    """Draft a text for the press, so that the offices are asked for their word."""
    content = ReleaseContent(
        to=RecipientKind.MEDIA,
        recipient="gazette",
        basis=LegalBasis.NO_RECORD,
        what=(Disclosed.CASE_STATUS,),
        asked_by=walk.words("release.asked_by"),
        because=walk.words("release.because"),
        text=walk.words("release.text"),
    )
    releases.draft(walk.book, walk.in_inquiry(), content, by=walk.officer)


def drop_mails(folder: Path) -> None:
    """Drop a mail, one that says nothing, one that no reader likes, and a link."""
    strange = f"From: <\nDate: {CONTENT}\nMessage-ID: <[{CONTENT}]>\n\n{CONTENT}\n"
    empty = f"From: {CONTENT}\nContent-Type: image/png; name={CONTENT}\n\n{CONTENT}\n"
    for name, content in {"report": MAIL, f"{CONTENT}-1": strange, f"{CONTENT}-2": empty}.items():
        (folder / f"{name}.eml").write_text(content)
    (folder / f"{CONTENT}-3.eml").symlink_to(folder / "report.eml")
    for file in folder.iterdir():
        os.utime(file, (time.time() - 60,) * 2, follow_symlinks=False)
