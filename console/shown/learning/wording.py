"""What each chart is called, what it counts, and what its categories are called."""

from collections.abc import Mapping

from states.policy.pack import Pack
from states.vocabulary.figures import Chart, Grouping, Unshown
from states.vocabulary.spelling import words

#: of each chart its title, and what it counts
CHARTS: Mapping[Chart, tuple[str, str]] = {
    Chart.CHANNELS: ("Reports by how they came in", "Reports of concern that came in during the period."),
    Chart.REPEATS: (
        "First and repeat reports",
        "Reports that came in during the period: whether there was an earlier one about the same person.",
    ),
    Chart.LEVELS: (
        "New cases by level",
        "Cases that began in the period, by the level that stood when it ended.",
    ),
    Chart.ALARMS: ("Alarms", "Alarms that were raised in the period, by what raised them."),
    Chart.TO_SCREEN: ("Time to screening", "Cases first screened in the period, by time since the report."),
    Chart.TO_MEET: (
        "Time to the first meeting",
        "Cases first met about in the period, by time since the report.",
    ),
    Chart.TO_ASSESS: ("Time to assessment", "Cases first assessed in the period, by time since the report."),
    Chart.TO_CLOSE: ("Time to closing", "Cases first closed in the period, by time since the report."),
    Chart.CLOCKS: ("Deadlines kept and missed", "Deadlines of cases that fell due in the period."),
    Chart.REFERRALS: (
        "What came of referrals",
        "Referrals that came to an end in the period, by what the office answered.",
    ),
}

#: what is said for a number that is not shown
UNSHOWN: Mapping[Unshown, str] = {each: words(each) for each in Unshown}

#: what is said below every chart
LEGEND = (
    "“Fewer than 5” stands for 0 to 4 people. “Kept back” stands for a number that is under 5, or that would "
    "let somebody work out one that is."
)

_CATEGORIES: Mapping[str, str] = {
    "not_screened": "not screened yet",
    "raised": "raised by somebody",
    "screened": "level at screening",
    "assessed": "level at assessment",
    "verbal": "told in person or by phone",
    "form": "form on line",
    "paper": "form on paper",
    "written": "letter or mail",
    "within_a_day": "1 day or less",
    "within_3_days": "over 1, to 3 days",
    "within_a_week": "over 3, to 7 days",
    "within_30_days": "over 7, to 30 days",
    "longer": "over 30 days",
    "expired": "no answer",
    "late": "missed",
    "in_time": "kept",
}


def category_called(code: str) -> str:
    """What a category is called."""
    return _CATEGORIES.get(code) or words(code)


def group_called(pack: Pack, grouping: Grouping, code: str) -> str:
    """What a site or an affiliation is called; everybody, where none is named."""
    if not code:
        return "everybody"
    if grouping is Grouping.SITE and code in pack.sites:
        return pack.site(code).name
    return words(code)
