"""Addresses, the mail around a message, and invitations."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from notifications.channels.addresses import is_own, mail_address
from notifications.channels.envelope import NAME_HEADER, build, digest, message_id
from notifications.channels.invitation import invitation
from notifications.messages.message import Ask
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import render
from states.errors import BadInput

Maker = Callable[..., EmailMessage]
DECIDED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def invite(
    name: str = "meeting_invitation",
    *,
    sequence: int = 0,
    meeting: str = "meeting-1",
    place: str = "",
    cancels: bool = False,
) -> str:
    """The invitation of a message's sample."""
    sample = MESSAGES[name].sample
    assert sample.when is not None
    return invitation(
        sample,
        meeting=meeting,
        sequence=sequence,
        stamp=DECIDED,
        ends=sample.when + timedelta(hours=1),
        organizer="team@example.edu",
        sender="system@example.edu",
        attendee="chair@example.edu",
        place=place,
        cancels=cancels,
    )


def event_of(ics: str | bytes) -> Event:
    """The one event of an invitation."""
    calendar = Calendar.from_ical(ics)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return event


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("chair@example.edu", "chair@example.edu"),
        ("mailto:chair@example.edu", "chair@example.edu"),
        ("o'neil+tat@mail.example.edu", "o'neil+tat@mail.example.edu"),
        ("json://127.0.0.1:1/path", None),
        ("mailto://user:secret@example.edu", None),
    ],
)
def test_an_address_is_a_mailbox_or_a_channel(address: str, mailbox: str | None) -> None:
    """Plain and mailto: addresses are mailboxes; every other scheme is a channel's URL."""
    assert mail_address(address) == mailbox


@pytest.mark.parametrize(
    "address",
    [
        "",
        "chair",
        "a@example.edu, b@example.org",
        '"a@example.edu"@example.org',
        "a@example.edu\r\nBcc: b@example.org",
        "a@example.edu\n",
        "Chair <a@example.edu>",
        "mailto:json://x",
    ],
)
def test_an_address_that_could_mean_two_recipients_is_refused_without_repeating_it(address: str) -> None:
    """Lists, display names, quotes and line breaks are not addresses."""
    with pytest.raises(BadInput) as refused:
        mail_address(address)
    assert not address or address.strip() not in str(refused.value)


@pytest.mark.clause("W-39")
@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("chair@example.edu", True),
        ("mailto:CHAIR@Example.EDU", True),
        ("chair@mail.example.edu", False),
        ("chair@example.edu.example.org", False),
        ("chair@notexample.edu", False),
        ("chair@example.org", False),
        ("json://example.edu/hook", False),
        ("mailto://user:secret@example.edu", False),
    ],
)
def test_only_the_institutions_own_mail_domains_are_own_channels(address: str, own: bool) -> None:  # noqa: FBT001
    """Look-alike domains, subdomains and chat channels are strangers."""
    assert is_own(address, ["example.edu"]) is own


def test_the_same_message_gives_the_same_bytes(mail: Maker) -> None:
    """A second try is the same mail to the last byte, so nobody can be told two things."""
    assert mail(ics=invite()).as_bytes() == mail(ics=invite()).as_bytes()


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_message_ids_differ_when_anything_differs(one: list[str], other: list[str]) -> None:
    """Not even moving a boundary between two parts gives the same id."""
    assert (message_id(*one) == message_id(*other)) == (one == other)
    assert len(digest(*one)) == 40


def test_the_headers_say_what_programs_need_and_no_more(mail: Maker) -> None:
    """Sender, recipient, subject, date, id, and that a machine wrote it."""
    message = mail(reply_to="duty@example.edu")
    assert str(message["From"]) == "Threat Assessment Team <team@example.edu>"
    assert message["To"] == "chair@example.edu"
    assert message["Reply-To"] == "duty@example.edu"
    assert message["Subject"] == "TAT-2026-0001: The inquiry was opened."
    assert message["Date"].datetime == DECIDED
    assert message["Message-ID"] == message_id("effect-1", "team_notice", "recipient-1")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message[NAME_HEADER] == "team_notice"
    assert "Importance" not in message


@pytest.mark.clause("W-39")
def test_outside_the_teams_own_channels_no_header_names_the_message(mail: Maker) -> None:
    """`referral_counselling` in a header would tell what the message must not."""
    assert b"counsel" not in mail("referral_counselling", own_channel=False).as_bytes().lower()


def test_a_channels_url_never_becomes_a_header(mail: Maker) -> None:
    """The URL of a chat channel is a password."""
    assert b"secret-token" not in mail(own_channel=False, to="json://example.org/secret-token").as_bytes()


def test_an_urgent_message_is_marked_important(mail: Maker) -> None:
    """Mail programs put it on top."""
    assert mail("alert_police")["Importance"] == "high"


def test_a_mail_holds_text_page_and_invitation(mail: Maker) -> None:
    """Read back from its bytes, the mail still has all three."""
    ics = invite()
    parsed = message_from_bytes(mail("meeting_invitation", ics=ics).as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in parsed.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(parsed.iter_parts())[2]
    assert calendar.get_param("method") == "REQUEST"
    assert event_of(calendar.get_content()) == event_of(ics)


@pytest.mark.parametrize("subject", ["news\r\nBcc: b@example.org", "news\n\nbody", "news\x00\x85x"])
def test_a_subject_cannot_add_a_header(subject: str) -> None:
    """Whatever a subject holds, it stays one header."""
    rendered = render("team_notice", MESSAGES["team_notice"].sample, own_channel=True)
    message = build(
        dataclasses.replace(rendered, subject=subject),
        sender="team@example.edu",
        to="chair@example.edu",
        message_id=message_id("a"),
        date=DECIDED,
    )
    parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert "Bcc" not in parsed
    assert parsed["Subject"].startswith("news ")


@pytest.mark.parametrize("words", ["🦉 שלום", "x" * 10_000, "a line\n" * 3_000])
def test_unusual_bodies_survive_the_envelope(words: str) -> None:
    """What was written is what is read, whatever the script or the length of its lines."""
    rendered = render("team_notice", MESSAGES["team_notice"].sample, own_channel=True)
    message = build(
        dataclasses.replace(rendered, subject=words[:100], text=words, html=f"<p>{words}</p>"),
        sender="team@example.edu",
        to="chair@example.edu",
        message_id=message_id("a"),
        date=DECIDED,
    )
    assert max(len(line) for line in message.as_bytes().splitlines()) <= 998
    parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    text = parsed.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == words.splitlines()


@pytest.mark.parametrize("field", ["sender", "reply_to"])
@pytest.mark.parametrize("address", ["json://example.org/x", "team@example.edu\nBcc: b@example.org"])
def test_a_sender_has_to_be_a_mailbox(mail: Maker, field: str, address: str) -> None:
    """A wrong setting is refused with a sentence."""
    with pytest.raises(BadInput, match="Nothing was sent"):
        mail(**{field: address})


@pytest.mark.parametrize("name", [name for name, message in MESSAGES.items() if message.ask is Ask.COME])
def test_an_invitation_tells_a_calendar_time_and_case_only(name: str) -> None:
    """Read back, it has the meeting's time in UTC, not its kind, and no place that it was not given."""
    sample = MESSAGES[name].sample
    ics = invite(name)
    event = event_of(ics)
    assert event.start == sample.when
    assert event.end - event.start == timedelta(hours=1)
    assert event["SUMMARY"] == "Threat assessment team: case TAT-2026-0001"
    assert event["URL"] == sample.link
    assert event["CLASS"] == "CONFIDENTIAL"
    assert event.DTSTAMP == DECIDED
    assert "DTSTART:20260303T210000Z" in ics
    assert event["ORGANIZER"] == "mailto:team@example.edu"
    assert event["ATTENDEE"] == "mailto:chair@example.edu"
    assert event["PRIORITY"] == (1 if sample.urgent else 5)
    for word in ("Hall", "Debrief", "Emergency", "Severe", "eintegration"):
        assert word not in ics
    assert Calendar.from_ical(Calendar.from_ical(ics).to_ical()) == Calendar.from_ical(ics)


def test_an_invitation_says_where_reminds_and_names_whom_to_call() -> None:
    """A calendar shows the place, rings beforehand, and has the number that is answered day and night."""
    ics = invite(place="Room 12, Example Hall")
    event = event_of(ics)
    assert event["LOCATION"] == "Room 12, Example Hall"
    assert [str(alarm["ACTION"]) for alarm in event.walk("VALARM")] == ["DISPLAY"]
    assert "TRIGGER:-PT15M" in ics
    assert "555-0100" in str(event["DESCRIPTION"])


def test_answers_go_to_the_organizer_and_not_to_the_system() -> None:
    """The system sends on behalf of a mailbox that people read; a cancellation comes from the same one."""
    called, off = event_of(invite()), event_of(invite(sequence=1, cancels=True))
    assert called["ORGANIZER"] == off["ORGANIZER"] == "mailto:team@example.edu"
    assert called["ORGANIZER"].params["CN"] == "Threat Assessment Team"
    assert called["ORGANIZER"].params["SENT-BY"] == "mailto:system@example.edu"
    assert not off.walk("VALARM")


def test_a_moved_meeting_is_the_same_entry_with_a_higher_sequence() -> None:
    """A calendar replaces the entry instead of adding one; another meeting is another entry."""
    first, moved, other = (
        event_of(invite(sequence=0)),
        event_of(invite(sequence=1)),
        event_of(invite(meeting="2")),
    )
    assert first["UID"] == moved["UID"] != other["UID"]
    assert (first["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_a_meeting_on_no_case_names_none() -> None:
    """The semester meeting's entry just says whose meeting it is."""
    sample = MESSAGES["meeting_invitation"].sample.model_copy(update={"case_number": None})
    ics = invitation(
        sample,
        meeting="m",
        sequence=0,
        stamp=DECIDED,
        ends=DECIDED,
        organizer="a@b.example",
        sender="a@b.example",
        attendee="c@b.example",
    )
    assert event_of(ics)["SUMMARY"] == "Threat assessment team"


def test_an_invitation_without_a_time_is_refused() -> None:
    """There is nothing to put into a calendar."""
    sample = MESSAGES["referral_other"].sample.model_copy(update={"when": None})
    with pytest.raises(BadInput, match="needs a time"):
        invitation(
            sample,
            meeting="m",
            sequence=0,
            stamp=DECIDED,
            ends=DECIDED,
            organizer="a@b.example",
            sender="a@b.example",
            attendee="c@b.example",
        )
