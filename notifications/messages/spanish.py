"""How the terms of messages to people outside the team read in Spanish: `{{ when | es }}` prints these."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from states.vocabulary.cases import Level
from states.vocabulary.danger import Danger
from states.vocabulary.leaving import ReferralKind
from states.vocabulary.times import at_time, in_full

#: terms of messages that leave the team, as the catalogue of pages has them where pages say them, too
WORDS_ES: Mapping[type, Mapping[StrEnum, str]] = {
    Level: {
        Level.NONE: "Sin riesgo identificado",
        Level.MILD: "Leve",
        Level.MODERATE: "Moderado",
        Level.ELEVATED: "Elevado",
        Level.SEVERE: "Grave",
        Level.EXTREME: "Extremo",
    },
    Danger: {
        Danger.WEAPON: "arma",
        Danger.EXPLOSIVES: "bomba o explosivos",
        Danger.ASSAULT: "agresión",
        Danger.NAMED_TARGET: "una persona nombrada como blanco",
        Danger.SELF_HARM: "amenaza contra sí mismo",
    },
    ReferralKind: {
        ReferralKind.CONDUCT: "que se considere el caso según el reglamento",
        ReferralKind.COUNSELLING: "atención profesional",
        ReferralKind.PROSECUTION: "que se consideren cargos penales",
        ReferralKind.SOCIAL_SERVICES: "servicios de apoyo",
        ReferralKind.PROTECTIVE_ORDER: "que se guarde copia de una orden de protección",
        ReferralKind.OTHER: "otro paso",
    },
}


def in_spanish(value: object) -> object:
    """Give what a template prints for a value in Spanish: terms in words, times as people write them.

    Args:
        value: whatever stands before ``| es``.
    """
    if isinstance(value, datetime):
        if value.time() == time.min:
            return f"{_day(value)}, al comenzar el día, {value:%Z}".rstrip(", ")
        # Zones are called here as their clocks are: Spanish has no short name for most.
        return f"{_day(value)}, {at_time(value, 'es')}"
    if isinstance(value, date):
        return _day(value)
    if value is None:
        # "None" would read as a level
        return "aún no se sabe"
    if isinstance(value, StrEnum):
        return WORDS_ES.get(type(value), {}).get(value, value)
    return value


def by_when_es(value: object) -> object:
    """What a template prints in Spanish for a time by which something is due: midnight ends the day before.

    Args:
        value: whatever stands before ``| due_es``.
    """
    if not isinstance(value, datetime) or value.time() != time.min:
        return in_spanish(value)
    return f"{_day(value - timedelta(days=1))}, al final del día, {value:%Z}".rstrip(", ")


def _day(value: date) -> str:
    return in_full(value, "es")
