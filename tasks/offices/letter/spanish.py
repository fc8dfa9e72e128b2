"""A letter's fixed words in Spanish, as the pages behind its link have them."""

from collections.abc import Mapping

from states.vocabulary.leaving import ReferralKind
from states.vocabulary.people import IdentifierKind

#: what a letter says that it is
TITLES: Mapping[ReferralKind, str] = {
    ReferralKind.CONDUCT: "Recomendación de considerar medidas según: {handbook}",
    ReferralKind.COUNSELLING: "Recomendación de atención profesional",
    ReferralKind.PROSECUTION: "Recomendación de considerar cargos penales",
    ReferralKind.SOCIAL_SERVICES: "Recomendación de servicios de apoyo",
    ReferralKind.PROTECTIVE_ORDER: "Copia de una orden de protección",
    ReferralKind.OTHER: "Recomendación del equipo de evaluación de amenazas",
}

#: what is said of a handbook that nobody named
RULES = "las reglas que corresponden"

#: what a letter says below its text
OF_A_RECOMMENDATION = (
    "Esto es una recomendación. Si actuar, y cómo, lo decide {office}; el equipo no ordena sanciones "
    "ni tratamientos, y su propio trabajo en el caso sigue de todos modos."
)
OF_AN_ORDER = (
    "Esto es lo que el equipo tiene en su expediente sobre la orden, para que se pueda hacer cumplir y se "
    "pueda proteger a quienes ampara. Por favor diga que la recibió."
)

#: how a letter calls what somebody is known by
LABELS: Mapping[IdentifierKind, str] = {
    IdentifierKind.NAME: "Nombre",
    IdentifierKind.CAMPUS_ID: "Identificación del campus",
    IdentifierKind.EMPLOYEE_ID: "Número de empleado",
    IdentifierKind.EMAIL: "Correo electrónico",
    IdentifierKind.PHONE: "Teléfono",
}
