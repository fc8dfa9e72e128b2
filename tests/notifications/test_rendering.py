"""Templates from an institution, and values nobody expects."""

import re
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.messages.contexts import Context, one_line
from notifications.messages.kinds.team import CaseNews
from notifications.messages.registry import MESSAGES
from notifications.messages.rendering import SUBJECT_LENGTH, TEMPLATES, check_templates, render
from states.errors import BadInput
from states.vocabulary.cases import CaseState

SAMPLE = MESSAGES["team_notice"].sample


def with_news(happened: str) -> Context:
    """A notice in which something particular happened."""
    news = CaseNews(happened=happened, state=CaseState.INQUIRY, level=None, next_step="The team meets.")
    return SAMPLE.model_copy(update={"detail": news})


def override(folder: Path, text: str, file: str = "team_notice.txt.jinja") -> Path:
    """Put one template into a folder of overrides."""
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_an_override_takes_the_place_of_the_shipped_template(tmp_path: Path) -> None:
    """An institution's own words win; the page it did not write stays as shipped."""
    folder = override(tmp_path, "Subject: {{ case_number }}\n\nOur own words. {{ link }}\n")
    rendered = render("team_notice", SAMPLE, own_channel=True, overrides=folder)
    assert rendered.subject == "TAT-2026-0001"
    assert rendered.text == f"Our own words. {SAMPLE.link}\n"
    assert rendered.html == render("team_notice", SAMPLE, own_channel=True).html


def test_an_edited_override_counts_at_once(tmp_path: Path) -> None:
    """Nobody has to restart anything after mending a template."""
    folder = override(tmp_path, "Subject: one\n\nOne.\n")
    render("team_notice", SAMPLE, own_channel=True, overrides=folder)
    override(folder, "Subject: another\n\nAnother.\n")
    assert render("team_notice", SAMPLE, own_channel=True, overrides=folder).text == "Another.\n"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{{ subject_name }}", "subject_name"),
        ("{{ detail.narrative }}", "narrative"),
        ("{% if %}", "line 3"),
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ detail.__init__.__globals__ }}", "__init__"),
        ("{{ ''.join.__self__ }}", "__self__"),
        ("{% include 'missing.txt.jinja' %}", "missing.txt.jinja"),
        ("{{ 1 // 0 }}", "ZeroDivisionError"),
        ("{{ range(10000000) | list }}", "range"),
        ("{{ link + 1 }}", "TypeError"),
    ],
)
@pytest.mark.parametrize("name", ["team_notice.txt.jinja", "team_notice.html.jinja"])
def test_a_broken_override_is_named_with_file_line_and_problem(
    tmp_path: Path, name: str, line: str, complaint: str
) -> None:
    """Unknown names, syntax errors and attempts to break out of the sandbox stop the message."""
    folder = override(tmp_path, f"Subject: news\n\n{line}\n", name)
    with pytest.raises(BadInput) as refused:
        render("team_notice", SAMPLE, own_channel=True, overrides=folder)
    assert f"{name}, line 3: " in str(refused.value)
    assert complaint in str(refused.value)
    assert refused.value.__context__ is None


@pytest.mark.parametrize("file", ["elsewhere.txt.jinja", "elsewhere.html.jinja", "layout.html.jinja"])
@pytest.mark.clause("W-39")
def test_not_even_an_override_can_put_content_on_other_channels(tmp_path: Path, file: str) -> None:
    """The detail does not exist there, so a template that wants it is broken, not leaking."""
    folder = override(tmp_path, "Subject: news\n\n{{ detail.happened }} {{ link }}\n", file)
    with pytest.raises(BadInput, match="'detail' is undefined"):
        render("team_notice", SAMPLE, own_channel=False, overrides=folder)


@pytest.mark.parametrize("file", ["part.txt", "_part.html", "parts/part.jinja"])
@pytest.mark.clause("W-46")
def test_an_override_is_made_of_templates_alone_which_are_approved_with_the_plan(
    tmp_path: Path, file: str
) -> None:
    """What else lies in the folder is in no digest, so that it is in no message either."""
    (tmp_path / "parts").mkdir()
    override(tmp_path, "Unseen words.", file)
    folder = override(tmp_path, f"Subject: news\n\n{{% include '{file}' %}} {{{{ link }}}}\n")
    with pytest.raises(BadInput, match=f"there is no template {file}"):
        render("team_notice", SAMPLE, own_channel=True, overrides=folder)
    override(folder, "Our part.", "_part.jinja")
    override(folder, "Subject: news\n\n{% include '_part.jinja' %} {{ link }}\n")
    assert "Our part." in render("team_notice", SAMPLE, own_channel=True, overrides=folder).text


def test_an_error_in_a_template_does_not_quote_the_context(tmp_path: Path) -> None:
    """What a template stumbles over may be told, what it was given may not."""
    folder = override(tmp_path, "Subject: news\n\n{{ 'é'.encode('ascii', detail.happened) }}\n")
    # not written out here: the traceback quotes this file's lines
    context = with_news(SAMPLE.institution.upper())
    with pytest.raises(BadInput) as refused:
        render("team_notice", context, own_channel=True, overrides=folder)
    assert "EXAMPLE UNIVERSITY" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("first", ["", "Hello {{ link }}", "Subject:", "Bcc: someone@example.org"])
def test_a_text_template_has_to_begin_with_its_subject(tmp_path: Path, first: str) -> None:
    """A message without a subject is refused, not sent as an empty line."""
    folder = override(tmp_path, f"{first}\n\nBody {{{{ link }}}}\n")
    with pytest.raises(BadInput, match=r"team_notice\.txt\.jinja, line 1"):
        render("team_notice", SAMPLE, own_channel=True, overrides=folder)


def test_a_template_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """A file in another encoding is an error with its name."""
    (tmp_path / "team_notice.txt.jinja").write_bytes(b"Subject: caf\xe9\n")
    with pytest.raises(BadInput, match=r"team_notice\.txt\.jinja: UnicodeDecodeError"):
        render("team_notice", SAMPLE, own_channel=True, overrides=tmp_path)


def test_what_is_not_known_does_not_read_as_a_level(tmp_path: Path) -> None:
    """An override that prints a missing level says so; "None" would look like an assessment."""
    folder = override(tmp_path, "Subject: news\n\n{{ detail.level }}\n")
    rendered = render("team_notice", with_news("It was opened."), own_channel=True, overrides=folder)
    assert rendered.text == "not known yet\n"


def test_a_folder_of_templates_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A misspelt folder does not silently mean the shipped words."""
    with pytest.raises(BadInput, match="does not exist"):
        check_templates(tmp_path / "nowhere")


def test_the_check_lists_every_problem_of_a_folder(tmp_path: Path) -> None:
    """One run names the broken, the misspelt and the linkless; a pack's own parts are left alone."""
    override(tmp_path, "Subject: a\n\n{{ nobody }}\n", "reminder.txt.jinja")
    override(tmp_path, "Subject: a\n\nno way on\n", "handover.txt.jinja")
    override(tmp_path, "Subject: a\n", "remainder.txt.jinja")
    override(tmp_path, "a part of ours\n", "_ours.txt.jinja")
    with pytest.raises(BadInput) as refused:
        check_templates(tmp_path)
    assert [line.split(":")[0].split(",")[0] for line in str(refused.value).splitlines()] == [
        "remainder.txt.jinja",
        "reminder.txt.jinja",
        "handover.txt.jinja",
    ]


def test_the_check_tries_what_may_be_missing(tmp_path: Path) -> None:
    """An override that counts on a time fails in the check, not on the day a notice has none."""
    override(tmp_path, "Subject: a\n\n{{ when.hour }} {{ link }}\n", "referral_other.txt.jinja")
    with pytest.raises(BadInput, match=r"referral_other\.txt\.jinja, line 3"):
        check_templates(tmp_path)


def test_values_are_escaped_in_html_and_untouched_in_text() -> None:
    """Markup in a value shows as what was typed."""
    rendered = render("team_notice", with_news("<script>alert('x')</script> & more"), own_channel=True)
    assert "<script>" not in rendered.html
    assert "&lt;script&gt;" in rendered.html
    assert "<script>alert('x')</script> & more" in rendered.text


@pytest.mark.parametrize(
    "number", ["TAT-1\r\nBcc: someone@example.org", "TAT-1\u2028Bcc: someone", "TAT-1\x00\x0bX"]
)
def test_a_value_cannot_break_out_of_the_subject(number: str) -> None:
    """Line breaks and control characters of any kind become spaces in the one line that becomes a header."""
    context = Context.model_validate(dict(SAMPLE) | {"case_number": number})
    subject = render("team_notice", context, own_channel=True).subject
    assert len(subject.splitlines()) == 1
    assert subject.isprintable()
    assert subject.endswith(": The inquiry was opened.")


@pytest.mark.parametrize(
    "value",
    [
        "🦉 the owl 👩‍👩‍👧",
        "שלום עולם",
        "تم فتح التحقيق",
        "x" * 10_000,
        "a\x00b",
        "a\ud800b",
        "a\u202eb",
        "{{ 7 * 7 }}",
        "é\u0301",
    ],
)
def test_unusual_values_arrive(value: str) -> None:
    """Emoji, right-to-left text, very long text and stray bytes neither break a message nor vanish."""
    rendered = render("team_notice", with_news(value), own_channel=True)
    assert one_line(value) in rendered.text
    rendered.text.encode()
    rendered.html.encode()
    assert not re.search("[\x00\u202e]", rendered.text + rendered.html)


def test_a_long_subject_is_cut() -> None:
    """A subject that mail servers would refuse is shortened with an ellipsis."""
    context = Context.model_validate(dict(SAMPLE) | {"case_number": "N" * 10_000})
    subject = render("team_notice", context, own_channel=True).subject
    assert len(subject) == SUBJECT_LENGTH
    assert subject.endswith("…")


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    """No text keeps a line break or a character that cannot be encoded, and one pass is enough."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    line.encode()
    assert one_line(line) == line


def test_what_is_written_from_the_right_turns_nothing_beside_it() -> None:
    """In text and page alike it stands between an isolate's marks; what is not, stands as it is."""
    for name, isolated in (("שם בדוי", "\u2068שם בדוי\u2069"), ("José", "José")):
        rendered = render("team_notice", with_news(name), own_channel=True)
        assert isolated in rendered.text
        assert isolated in rendered.html
        assert ("\u2068" in rendered.text) == (name != isolated)


#: what subjects tell besides numbers and phones: the institution's own words, counts, and words for codes
IN_SUBJECTS = frozenset(
    {"dangers", "digits", "entry", "happened", "items", "late", "minimum", "needs", "office", "site"}
    | {"sooner", "status", "term"}
)


def test_no_subject_says_a_name_or_what_people_wrote() -> None:
    """Whoever sees a list of mails reads them, and a name from the right would turn what stands beside it."""
    said = set[str]()
    for template in TEMPLATES.rglob("*.txt.jinja"):
        subject = template.read_text(encoding="utf-8").partition("\n")[0]
        said |= set(re.findall(r"detail\.(\w+)", subject))
    assert said == IN_SUBJECTS
