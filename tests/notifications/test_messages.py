"""Every message of the registry: complete, plain, and mute on channels that are not the team's own."""

import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from notifications.channels.envelope import COLUMNS, wrapped
from notifications.messages import kinds
from notifications.messages.contexts import Context, Detail
from notifications.messages.kinds.team import CaseNews
from notifications.messages.kinds.upkeep import StuckWork
from notifications.messages.message import Ask, Message
from notifications.messages.preview import preview
from notifications.messages.registry import MESSAGES, ROOMS
from notifications.messages.rendering import ELSEWHERE, TEMPLATES, check_templates, render
from notifications.messages.samples import WHEN
from notifications.messages.spanish import by_when_es, in_spanish
from notifications.messages.wording import TO_DO, WORDS, by_when, in_words
from states.errors import BadInput
from states.vocabulary.cases import CaseState, Level
from states.vocabulary.danger import Danger
from states.vocabulary.effects import Clock, EffectKind
from states.vocabulary.leaving import RecipientKind, ReferralKind
from states.vocabulary.plans import MeetingKind, PlanKind, PlanTopic

#: what the team concluded, planned or recommended: not fit for a channel outside the team's own
TELLING = re.compile(
    "risk|counsel|charges|crimin|disciplin|handbook|reintegrat|debrief|refer|police|prosecut|conduct|support"
    "|closed|inquiry|severe|extreme|elevated|monitor|level",
    re.IGNORECASE,
)

every_message = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())

#: every message but alerts, which say where and what on any channel
quiet_message = pytest.mark.parametrize(
    "message", [each for each in MESSAGES.values() if not each.everywhere], ids=lambda each: each.name
)


def texts(detail: Detail) -> list[str]:
    """Every piece of text that a detail holds, as a template would print it."""
    found: list[str] = []
    for _, value in detail:
        found += [str(in_words(part)) for part in (value if isinstance(value, tuple) else (value,))]
    return found


@every_message
def test_every_message_has_a_subject_a_text_and_a_page_with_the_link(message: Message) -> None:
    """A recipient always learns what it is about, who sent it, whom to call and where to go on."""
    rendered = render(message.name, message.sample, own_channel=True)
    assert rendered.subject
    for body in (rendered.text, rendered.html):
        assert message.sample.link in body
        assert message.sample.phone in body
        # In a short message there is room for what to do, and no more.
        if message.name != "alert_brief":
            assert message.sample.institution in body
            assert "You receive this because" in body
    assert rendered.html.startswith("<!doctype html>")
    assert "{" not in rendered.text


@quiet_message
@pytest.mark.clause("W-39")
def test_a_channel_that_is_not_the_teams_own_gets_no_content(message: Message) -> None:
    """Only the case number, the link, a time and what is asked leave the institution."""
    rendered = render(message.name, message.sample, own_channel=False)
    everything = rendered.subject + rendered.text + re.sub("(?s)<style>.*</style>", "", rendered.html)
    plain = everything.replace("Threat Assessment Team", "")
    assert not TELLING.findall(plain)
    for text in texts(message.sample.detail):
        assert len(text) < 3 or text not in plain
    assert message.sample.link in rendered.text
    assert message.sample.link in rendered.html
    if message.sample.case_number:
        assert message.sample.case_number in rendered.subject


@quiet_message
def test_a_marker_in_any_detail_field_shows_on_own_channels_only(message: Message) -> None:
    """The detail reaches the team, and reaches nobody else: not by a field somebody adds tomorrow either."""
    lines = [n for n, field in type(message.sample.detail).model_fields.items() if field.annotation is str]
    marked = message.sample.detail.model_copy(update={name: f"MARK-{name}" for name in lines})
    context = message.sample.model_copy(update={"detail": marked})
    own = render(message.name, context, own_channel=True)
    foreign = render(message.name, context, own_channel=False)
    for name in lines:
        assert f"MARK-{name}" in own.text
        assert f"MARK-{name}" in own.html
    assert "MARK-" not in foreign.subject + foreign.text + foreign.html


@every_message
def test_the_level_never_stands_in_a_subject(message: Message) -> None:
    """Subjects show on locked screens, so they name the case and the ask, never the assessment."""
    subject = render(message.name, message.sample, own_channel=True).subject
    assert not any(str(in_words(level)) in subject for level in Level)


def test_every_message_has_both_templates_and_every_template_its_message() -> None:
    """The registry and the folders name the same messages, and each lies in the room of its entry."""
    pairs = [
        f"{room}/{message.name}.{ending}.jinja"
        for room, messages in ROOMS.items()
        for message in messages
        for ending in ("txt", "html")
    ]
    shared = [f"{ELSEWHERE}.html.jinja", f"{ELSEWHERE}.txt.jinja", "layout.html.jinja", "signature.txt.jinja"]
    there = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.jinja")]
    assert sorted(there) == sorted(pairs + shared)
    assert len(MESSAGES) == len(pairs) / 2, "two entries of one name"


def test_each_module_of_messages_has_its_room_of_templates() -> None:
    """Whoever looks for a message's words finds them under the name of the module that holds its entry."""
    modules = {file.stem for file in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(ROOMS)


def test_the_shipped_templates_also_render_without_what_is_optional() -> None:
    """No message depends on a level, a time or a case that may not be known yet."""
    check_templates()


def details() -> set[type[Detail]]:
    """Every kind of detail, and what those are made of."""
    found, kinds = set[type[Detail]](), [Detail]
    while kinds:
        kind = kinds.pop()
        found.add(kind)
        kinds += kind.__subclasses__()
    return found - {Detail}


def test_no_context_has_a_field_for_a_name_or_a_narrative() -> None:
    """A message cannot tell what it was never given (W-39)."""
    # The lead's name and phone are the team's own, for whoever is called to an emergency.
    allowed = (
        "again anchor approver attempts broken by_level case_number clock closed code concluded dangers "
        "digits due effect elsewhere ends entry figures gaps goes_on handbook happened items justified "
        "keeper kind last_review late lead lead_phone level message minimum moved needed needs new news "
        "next_step number office opened others place plan police rounds sent site sooner starts state "
        "status template term threatened_for to topic total unit"
    )
    fields = {name for detail in details() for name in detail.model_fields}
    assert fields == set(allowed.split())
    assert set(Context.model_fields) == {
        "institution",
        "phone",
        "link",
        "case_number",
        "when",
        "urgent",
        "detail",
    }


@pytest.mark.clause("W-13", "W-14")
@pytest.mark.parametrize("name", ["alert_police", "alert_brief"])
def test_an_alert_says_where_what_when_whom_to_call_and_where_to_take_over(name: str) -> None:
    """On any channel, also outside the university's mail: "there is news" helps nobody at night."""
    sample = MESSAGES[name].sample
    for own_channel in (True, False):
        rendered = render(name, sample, own_channel=own_channel)
        assert rendered.urgent
        assert rendered.subject.startswith("EMERGENCY / EMERGENCIA Main campus")
        assert sample.phone in rendered.subject
        said = rendered.subject + rendered.text
        for told in ("weapon", "named target", "Thursday", "Extreme", "TAT-2026-0001", "now", sample.link):
            assert told in said
        # Where the person may be as well, and who leads the case, with their number.
        for told in ("North campus", "Dana Demo", "555-0101"):
            assert told in said


@pytest.mark.clause("W-13")
def test_a_short_alert_fits_into_three_text_messages() -> None:
    """160 characters each; the link alone takes half of one."""
    assert len(render("alert_brief", MESSAGES["alert_brief"].sample, own_channel=False).text) < 400


@pytest.mark.clause("W-13")
def test_a_second_alert_says_that_it_is_one_and_what_is_new() -> None:
    """The same danger is not told twice in identical words."""
    sample = MESSAGES["alert_police"].sample
    again = sample.detail.model_copy(update={"again": True, "new": (Danger.WEAPON,)})
    text = render("alert_police", sample.model_copy(update={"detail": again}), own_channel=True).text
    assert "alerted before" in text
    assert "New since then: weapon." in text


@pytest.mark.clause("W-13")
def test_an_alarm_that_nobody_took_over_says_which_numbers_to_phone() -> None:
    """Whoever is told to phone the police at night does not have to look for a number."""
    for name, more in (
        ("alarm_unanswered", {}),
        ("stuck_work", {"goes_on": True, "police": ("911 Police",)}),
    ):
        sample = MESSAGES[name].sample
        context = sample.model_copy(update={"detail": sample.detail.model_copy(update=more)})
        rendered = render(name, context, own_channel=True)
        (number,) = vars(context.detail)["police"]
        assert number in rendered.text
        assert number in rendered.html


@every_message
def test_a_page_is_made_of_what_outlook_draws(message: Message) -> None:
    """Word keeps tables and inline styles: there is no style sheet, no class, no box, and no bare tag."""
    for own_channel in (True, False):
        html = render(message.name, message.sample, own_channel=own_channel).html
        assert not re.findall(r"<style|<div|class=|<(?:p|ul|li|th|td|h1)>", html)
        assert not re.findall(r"&lt;(?:p|ul|li|th|td|table)\b", html), "a tag that people would read"


@every_message
def test_each_fact_of_a_text_has_a_line_of_its_own(message: Message) -> None:
    """In 72 columns, whatever is long; a link and a command stay whole."""
    for own_channel in (True, False):
        text = wrapped(render(message.name, message.sample, own_channel=own_channel).text)
        for line in text.splitlines():
            assert len(line) <= COLUMNS or message.sample.link in line
            assert line.count("`") % 2 == 0
            assert not re.search(r"^  [A-Z].*: .*  [A-Z][a-z ]*: ", line), "two facts on one line"


@pytest.mark.parametrize("name", ["disposition_notice", "handover", "referral_counselling"])
def test_who_is_not_on_the_team_is_never_sent_to_a_sign_in(name: str) -> None:
    """Reporters and offices outside open what is meant for them, and both parts of the mail say so."""
    rendered = render(name, MESSAGES[name].sample, own_channel=False)
    for body in (rendered.text, rendered.html):
        assert "ou need no account" in body
        assert "ign in" not in body
        assert "members of the team" not in body


#: who gets them has a shell, or asks somebody who has
AT_A_TERMINAL = {"template_broken", "ledger_broken", "ledger_anchor"}


def test_nobody_who_works_on_pages_is_told_to_type_a_command() -> None:
    """Messages say what is to be done in words above a link to where; but to whoever runs the machine."""
    named = {
        path.name.partition(".")[0]
        for path in TEMPLATES.rglob("*.jinja")
        if "`tat " in path.read_text("utf-8")
    }
    assert named == AT_A_TERMINAL


@pytest.mark.parametrize("clock", Clock)
def test_a_reminder_says_what_to_do(clock: Clock) -> None:
    """Whoever is woken by it reads what is wanted, and types no command."""
    assert set(TO_DO) == set(Clock)
    assert "`" not in TO_DO[clock]
    for name in ("reminder", "escalation"):
        sample = MESSAGES[name].sample
        context = sample.model_copy(update={"detail": sample.detail.model_copy(update={"clock": clock})})
        assert TO_DO[clock] in render(name, context, own_channel=True).text


@pytest.mark.clause("W-34")
def test_the_semester_report_is_made_of_counts() -> None:
    """Every level and its count is there, in order, and no case number."""
    rendered = render("semester_report", MESSAGES["semester_report"].sample, own_channel=True)
    english, _, spanish = rendered.text.partition("-- Español --")
    lines = re.findall(r"^ +(.+): +(\d+|fewer than 5|kept back)$", english, re.MULTILINE)
    levels = len(Level)
    assert [label for label, _ in lines][3 : 3 + levels] == [str(in_words(level)) for level in Level]
    assert lines[3 + levels :] == [
        *(("all", "31"), ("first report", "24"), ("repeat report", "7")),
        *(("all", "fewer than 5"), ("each kind", "kept back")),
    ]
    said = re.findall(r"^ +(.+): +(\d+|menos de 5|reservado)$", spanish, re.MULTILINE)
    assert len(said) == len(lines)
    assert "TAT-" not in rendered.text


@pytest.mark.parametrize(
    "vocabulary", [Clock, EffectKind, MeetingKind, PlanKind, PlanTopic, RecipientKind, ReferralKind]
)
def test_every_term_a_message_may_print_has_words(vocabulary: type[StrEnum]) -> None:
    """No recipient reads `verbal_follow_up`."""
    assert set(WORDS[vocabulary]) == set(vocabulary)


@pytest.mark.parametrize("clock", Clock)
def test_a_reminder_names_its_clock_in_plain_words(clock: Clock) -> None:
    """Every clock of the process can be reminded of."""
    sample = MESSAGES["reminder"].sample
    context = sample.model_copy(update={"detail": sample.detail.model_copy(update={"clock": clock})})
    assert str(WORDS[Clock][clock]) in render("reminder", context, own_channel=True).text


def test_terms_of_two_vocabularies_that_are_spelt_alike_keep_their_own_words() -> None:
    """A debrief meeting and the debrief's clock share a value, and still read differently."""
    assert str(MeetingKind.DEBRIEF) == str(Clock.DEBRIEF)
    assert in_words(MeetingKind.DEBRIEF) != in_words(Clock.DEBRIEF)


@pytest.mark.parametrize(
    ("hour", "shown"), [(0, "12:05 AM"), (9, "9:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")]
)
def test_times_are_written_as_people_write_them(hour: int, shown: str) -> None:
    """Weekday, date, twelve-hour clock and zone, without a leading zero."""
    moment = datetime.fromisoformat(f"2026-03-03T{hour:02}:05:00+00:00")
    assert in_words(moment) == f"Tuesday, March 3, 2026, {shown} UTC"


def at_midnight(given: object) -> object:
    """A context, or a part of one, with midnight in place of every time."""
    if isinstance(given, datetime):
        return given.replace(hour=0, minute=0, second=0, microsecond=0)
    if isinstance(given, tuple):
        return tuple(at_midnight(each) for each in given)
    if isinstance(given, BaseModel):
        return given.model_copy(update={name: at_midnight(value) for name, value in given})
    return given


@every_message
@pytest.mark.parametrize("own", [True, False], ids=["own", "elsewhere"])
def test_no_message_prints_a_midnight(message: Message, *, own: bool) -> None:
    """What is due when a day begins is due by the end of the day before, in English and in Spanish."""
    sample = message.sample.model_copy(update={"when": message.sample.when or WHEN})
    context = at_midnight(sample)
    assert isinstance(context, Context)
    rendered = render(message.name, context, own_channel=own)
    for body in (rendered.subject, rendered.text, rendered.html):
        assert not re.search(r"12:00\s*AM|\b0?0:00\b", body)
        assert "al comenzar el día" not in body
        # A beginning is for what is no due date: when people meet, when something happened or sets in.
        of_a_moment = message.ask is Ask.COME or message.name in {
            "account_news",
            "meeting_cancelled",
            "roster_gaps",
        }
        assert of_a_moment or "the beginning of" not in body


def test_a_midnight_that_something_is_due_by_ends_the_day_before() -> None:
    """In both languages, across a month's end; any other hour is the hour it is."""
    due = WHEN.replace(day=1, hour=0)
    assert by_when(due) == "end of Saturday, February 28, 2026 MST"
    assert by_when_es(due) == "sábado 28 de febrero de 2026, al final del día, MST"
    assert by_when(WHEN) == in_words(WHEN)
    assert by_when_es(WHEN) == in_spanish(WHEN)


def test_a_preview_shows_both_kinds_of_channel() -> None:
    """Whoever edits a template sees at once what a stranger would see."""
    shown = preview("escalation")
    own, elsewhere = shown.split("== On any other channel ==")
    assert "Elevated" in own
    assert "Elevated" not in elsewhere
    assert MESSAGES["escalation"].purpose in own


def test_an_unknown_message_is_refused_with_the_names_there_are() -> None:
    """A misspelt name is answered with the right ones."""
    with pytest.raises(BadInput, match="alert_police"):
        preview("alert_polise")


@pytest.mark.parametrize(
    ("name", "change", "lacking"),
    [
        ("team_notice", {"case_number": None}, "a case number"),
        ("meeting_invitation", {"when": None}, "a time"),
        ("team_notice", {"detail": StuckWork(effect=EffectKind.REMIND, attempts=1)}, "CaseNews"),
    ],
)
def test_a_context_that_does_not_fit_is_refused(name: str, change: dict[str, object], lacking: str) -> None:
    """A message without its case or time is never sent."""
    with pytest.raises(BadInput, match=lacking):
        render(name, MESSAGES[name].sample.model_copy(update=change), own_channel=False)


@pytest.mark.parametrize(
    "change",
    [
        {"link": "javascript:alert(1)"},
        {"link": 'https://tat.example.edu/"onmouseover="x'},
        {"phone": " \x00 "},
        {"when": datetime(2026, 3, 3, 14, 0)},  # noqa: DTZ001 - the missing zone is the point
        {"subject_name": "Pat Placeholder"},
    ],
)
def test_a_context_takes_no_bad_link_no_time_without_zone_and_no_extra_field(
    change: dict[str, object],
) -> None:
    """What cannot be sent is refused early, and the refusal does not repeat it."""
    given = dict(MESSAGES["reminder"].sample) | change
    with pytest.raises(ValidationError) as refused:
        Context.model_validate(given)
    assert "Placeholder" not in str(refused.value)
    assert "alert(1)" not in str(refused.value)


def test_a_detail_keeps_its_class_inside_a_context() -> None:
    """The context does not flatten a message's own detail."""
    news = CaseNews(
        happened="It was opened.", state=CaseState.INQUIRY, level=None, next_step="The team meets."
    )
    assert MESSAGES["team_notice"].sample.model_copy(update={"detail": news}).detail is news
    assert Context.model_validate(dict(MESSAGES["team_notice"].sample) | {"detail": news}).detail is news


def test_every_ask_is_used() -> None:
    """What a stranger may be asked is a short list, and all of it is real."""
    assert {message.ask for message in MESSAGES.values()} == set(Ask)


def test_no_template_prints_a_value_as_safe_html() -> None:
    """Nothing shipped switches escaping off."""
    for path in TEMPLATES.rglob("*.jinja"):
        assert not re.search(r"\|\s*safe|autoescape", Path(path).read_text(encoding="utf-8"))
