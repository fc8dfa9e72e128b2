"""The words of figures: what each chart is called and counts, its categories, and what is not shown.

Pages say them, and the semester's report, which people read who need not be on the team: in English and in
Spanish.
"""

from collections.abc import Mapping

from notifications.messages.spanish import WORDS_ES
from states.vocabulary.cases import Level
from states.vocabulary.figures import Chart, Unshown
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
    Level.NONE: "no identified risk",
    "in_time": "kept",
}


def category_called(code: str) -> str:
    """What a category is called."""
    return _CATEGORIES.get(code) or words(code)


#: what stands for all that a chart counts, and for each of its categories where none is shown
ALL, EACH = "all", "each_kind"

#: how the titles of the charts read in Spanish
CHARTS_ES: Mapping[Chart, str] = {
    Chart.CHANNELS: "Informes según cómo llegaron",
    Chart.REPEATS: "Primeros informes e informes repetidos",
    Chart.LEVELS: "Casos nuevos por nivel",
    Chart.ALARMS: "Alarmas",
    Chart.TO_SCREEN: "Tiempo hasta la primera revisión",
    Chart.TO_MEET: "Tiempo hasta la primera reunión",
    Chart.TO_ASSESS: "Tiempo hasta la evaluación",
    Chart.TO_CLOSE: "Tiempo hasta el cierre",
    Chart.CLOCKS: "Plazos cumplidos e incumplidos",
    Chart.REFERRALS: "Qué resultó de las remisiones",
}

#: the same of what stands in place of a number, and of what is said below the figures
UNSHOWN_ES: Mapping[Unshown, str] = {Unshown.FEW: "menos de 5", Unshown.KEPT_BACK: "reservado"}
LEGEND_ES = (
    "«Menos de 5» quiere decir de 0 a 4 personas. «Reservado» está en lugar de un número que es menor de 5, "
    "o que permitiría averiguar uno que lo es."
)

#: the same of the categories
CATEGORIES_ES: Mapping[str, str] = {
    **{level: name.lower() for level, name in WORDS_ES[Level].items()},
    "not_screened": "sin revisar aún",
    "raised": "dada por alguien",
    "imminent_report": "informe de peligro inminente",
    "screened": "nivel en la primera revisión",
    "assessed": "nivel en la evaluación",
    "further_site": "otro recinto",
    "verbal": "en persona o por teléfono",
    "form": "formulario en línea",
    "paper": "formulario en papel",
    "written": "carta o correo",
    "tip_line": "línea de avisos",
    "campus_security_authority": "autoridad de seguridad del campus",
    "first_report": "primer informe",
    "repeat_report": "informe repetido",
    "within_a_day": "1 día o menos",
    "within_3_days": "más de 1, hasta 3 días",
    "within_a_week": "más de 3, hasta 7 días",
    "within_30_days": "más de 7, hasta 30 días",
    "longer": "más de 30 días",
    "in_time": "cumplidos",
    "late": "incumplidos",
    "completed": "completadas",
    "declined": "rechazadas",
    "expired": "sin respuesta",
    ALL: "total",
    EACH: "cada clase",
}


def figure_word(value: object) -> object:
    """What a message prints for a chart, a category, or what stands in place of a number.

    Args:
        value: whatever stands before ``| figure``.
    """
    if isinstance(value, Chart):
        return CHARTS[value][0]
    return category_called(value) if isinstance(value, str) else value


def figure_word_es(value: object) -> object:
    """The same in Spanish.

    Args:
        value: whatever stands before ``| figure_es``.
    """
    if isinstance(value, Chart):
        return CHARTS_ES[value]
    said = {UNSHOWN[each]: text for each, text in UNSHOWN_ES.items()}
    return (said | dict(CATEGORIES_ES)).get(value, value) if isinstance(value, str) else value
