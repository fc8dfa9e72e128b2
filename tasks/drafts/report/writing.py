"""Writing an approved report as a PDF: for a president or vice president, who need no account for it (W-34).

What people wrote stands in no mail's own text; like a letter it goes as a paper, within the institution's own
mail alone. Unlike a letter's, its characters may stay out: it names nobody, and a sign that cannot be printed
is no reason to tell the president nothing.
"""

from pathlib import Path

from notifications.messages.figures import LEGEND, LEGEND_ES, figure_word, figure_word_es
from states.contents.team import SemesterReportContent
from states.policy.pack import Pack
from states.store.threads import AT_ONCE, in_threads
from tasks.drafts.figures import of_chart
from tasks.offices.letter.writing import typeset

#: the paper's template, in Typst's own language; what is written into it is data and never markup
TEMPLATE = Path(__file__).parent / "report.typ"

#: what it is called in a mail, and what it is
FILE, MEDIA_TYPE = "report.pdf", "application/pdf"


async def pdf(pack: Pack, term: str, report: SemesterReportContent) -> bytes:
    """A report as a PDF; the same report always gives the same bytes.

    Args:
        pack: whose institution it is of, and whom to call.
        term: the semester.
        report: as it was approved.

    Raises:
        StepFailed: ``letter_not_made``, as of a letter.
    """
    shown = await in_threads("letters", AT_ONCE, shown_of, pack, term, report)
    return await typeset(TEMPLATE, "report", shown)


def shown_of(pack: Pack, term: str, report: SemesterReportContent) -> dict[str, object]:
    """What the paper is made of: each chart with its lines in both languages, and the team's own words."""
    return {
        "institution": pack.institution,
        "phone": pack.duty_line,
        "term": term,
        "legend": LEGEND,
        "legend_es": LEGEND_ES,
        "recommendations": _parts(report.recommendations),
        "charts": [
            {
                "title": figure_word(chart),
                "title_es": figure_word_es(chart),
                "lines": [
                    [figure_word(what), figure_word_es(what), count, _other(count)]
                    for what, count in of_chart(chart, cells).items()
                ],
                "said": _parts(report.beside.get(chart, "")),
            }
            for chart, cells in report.figures.items()
        ],
    }


def _other(count: str) -> object:
    """A number's words in Spanish; empty: it is a number, and reads alike."""
    said = figure_word_es(count)
    return "" if said == count else said


def _parts(text: str) -> list[str]:
    # What sets letters loads its fonts, for whoever prints one.
    from tasks.offices.letter import typefaces  # noqa: PLC0415

    return [typefaces.printable(part.strip()) for part in text.split("\n\n") if part.strip()]
