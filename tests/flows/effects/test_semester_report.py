"""A semester's report reaches the vice presidents whole, as it was approved, without an account."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pypdfium2  # type: ignore[import-untyped]
import pytest

from notifications.messages.figures import CHARTS, category_called
from states.access import SYSTEM
from states.casebook import Casebook
from states.casebook.figures import reporting
from states.casebook.figures.measures import CATEGORIES
from states.contents.team import ReportTexts, SemesterReportContent
from states.figures.suppression import LEAST
from states.vocabulary.effects import EffectKind
from states.vocabulary.figures import Chart
from states.vocabulary.spelling import words
from tasks.drafts.report import writing
from tasks.postbox import Postbox
from tests.cases.walking import Walk
from tests.flows.conftest import At
from tests.installations.running import Runs

pytestmark = pytest.mark.clause("W-34", "U-07")

SUMMER = datetime(2027, 5, 17, tzinfo=UTC)

VICE_PRESIDENT = "business.affairs@wnmu.example"


def corrected_and_approved(walk: Walk, at: At) -> tuple[Casebook, str]:
    """Six reports, and what the team tells of their semester: written, corrected, approved; another waits."""
    spring = Walk(at(datetime(2027, 3, 2, tzinfo=UTC)))
    for _ in range(LEAST + 1):
        spring.reported()
    book = at(SUMMER)
    about, other, *_ = (line.period.name for line in reporting.listed(book, by=walk.chair))
    first = ReportTexts(beside={Chart.REPEATS: "invented-first-words"}, recommendations="invented-draft")
    waits = ReportTexts(beside={Chart.REPEATS: "invented-waiting"}, recommendations="invented-waiting")
    reporting.write(book, other, waits, by=walk.chair)
    seen = reporting.write(book, about, first, by=walk.chair)
    # A script that no font has, and what another language would take for a command.
    said = "invented-beside: few were\n#grave *at all*. \N{TIBETAN LETTER KA}"
    texts = ReportTexts(beside={Chart.REPEATS: said}, recommendations="invented-advice.\n\nTrain more.")
    seen = reporting.write(book, about, texts, by=walk.chair, seen=seen)
    reporting.approve(book, about, by=walk.officer, seen=seen)
    return book, about


async def mailed(runs: Runs) -> EmailMessage:
    """What a vice president gets who is no member, and has never signed in."""
    await runs.every(EffectKind.SEMESTER_REPORT)
    (mail,) = (each for each in runs.mail() if each["To"] == VICE_PRESIDENT)
    return mail


def body(mail: EmailMessage, kind: str = "plain") -> str:
    """The mail's own text."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def paper(mail: EmailMessage) -> str:
    """The words of the paper that goes with a mail."""
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("report.pdf", "application/pdf")
    document = pypdfium2.PdfDocument(file.get_content())
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


async def test_a_vice_president_without_an_account_reads_what_was_approved(
    walk: Walk, runs: Runs, at: At
) -> None:
    """Beside the figures what the team says, and what it recommends; as corrected, and of no other report."""
    _, about = corrected_and_approved(walk, at)
    mail = await mailed(runs)
    read = paper(mail)
    for said in (about, "invented-beside: few were #grave *at all*. \u25a1", "invented-advice. Train more."):
        assert said in read
    for title in ("What the team recommends", "Lo que recomienda el equipo", "First and repeat reports"):
        assert title in read
    assert read.index("First and repeat reports") < read.index("invented-beside") < read.index("Alarms")
    everything = read + body(mail) + body(mail, "html")
    assert not any(said in everything for said in ("invented-first", "invented-draft", "invented-waiting"))
    assert not re.search(rf"TAT-\d|{walk.words('subject.name')}", everything)
    # What people wrote stands in the paper alone, which shows on no locked screen.
    assert "invented-" not in body(mail) + body(mail, "html")


async def test_the_figures_that_are_mailed_are_those_that_were_approved(
    walk: Walk, runs: Runs, at: At
) -> None:
    """Each number in the mail and on its paper is one of the report's, and what it keeps back is words."""
    book, about = corrected_and_approved(walk, at)
    report = reporting.sent(book, about, by=SYSTEM)
    mail = await mailed(runs)
    english, _, spanish = body(mail).partition("-- Español --")
    charts = re.split(r"^(\S.*):$", english, flags=re.MULTILINE)
    told = dict(zip(charts[1::2], charts[2::2], strict=True))
    drawn = writing.shown_of(book.pack, about, report)["charts"]
    assert isinstance(drawn, list)
    for (chart, cells), on_paper in zip(report.figures.items(), drawn, strict=True):
        lines = dict(re.findall(r"^  (\S.*): (.+)$", told[CHARTS[chart][0]], re.MULTILINE))
        assert lines == {what: count for what, _, count, _ in on_paper["lines"]}
        names = [*map(category_called, CATEGORIES[chart]), "all"]
        kept = {name: words(str(cell)) for name, cell in zip(names, cells, strict=True)}
        shut = {*lines} - {*names}
        assert {name: kept[name] for name in lines if name not in shut}.items() <= lines.items()
        for what in shut:
            assert what == "each kind"
            assert {*(kept[name] for name in names[:-1])} == {lines[what]}
    numbers = {str(cell) for cells in report.figures.values() for cell in cells if isinstance(cell, int)}
    for part in (english, spanish):
        counted = set(re.findall(r"^  \S.*: +(\d+)$", part, re.MULTILINE))
        assert counted <= numbers
        assert str(LEAST + 1) in counted
    assert all(int(each) >= LEAST for each in numbers)


async def test_nothing_of_a_report_leaves_the_institutions_own_mail(
    walk: Walk, runs: Runs, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox elsewhere would hear that there is one, and where: no figure, no paper."""
    corrected_and_approved(walk, at)
    monkeypatch.setattr(Postbox, "is_own", lambda _postbox, _address: False)
    await runs.every(EffectKind.SEMESTER_REPORT)
    (mail,) = (each for each in runs.mail() if each["To"] == VICE_PRESIDENT)
    assert list(mail.iter_attachments()) == []
    assert not re.search(r"First and repeat|invented-", body(mail) + body(mail, "html"))


async def test_a_paper_is_the_same_however_often_it_is_made(walk: Walk) -> None:
    """A second attempt sends the same bytes; a report without a word of the team has its figures alone."""
    report = SemesterReportContent(figures={Chart.CLOCKS: ("kept_back", "kept_back", "fewer_than_5")})
    made = [await writing.pdf(walk.book.pack, "Spring 2026", report) for _ in range(2)]
    assert made[0] == made[1]
    shown = writing.shown_of(walk.book.pack, "Spring 2026", report)
    assert shown["recommendations"] == []
    charts = shown["charts"]
    assert isinstance(charts, list)
    lines = [line[2:] for chart in charts for line in chart["lines"]]
    assert lines == [["fewer than 5", "menos de 5"], ["kept back", "reservado"]]
