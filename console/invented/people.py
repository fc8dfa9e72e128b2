"""Whom the invented reports are about, and who reports: obviously not real, and in the invented records."""

from states.contents.content import Person
from states.contents.reports import SubjectContent
from states.vocabulary.people import Affiliation, IdentifierKind


def _student(name: str, campus_id: str) -> SubjectContent:
    return SubjectContent(
        name=name,
        site="silver_city",
        affiliations=(Affiliation.STUDENT,),
        unit="education",
        identifiers={IdentifierKind.CAMPUS_ID: campus_id},
    )


#: students of the main campus
SAM = _student("Sam Sample", "900000001")
RILEY = _student("Riley Example", "900000002")
CASEY = _student("Casey Placeholder", "900000003")

#: somebody on the staff elsewhere
JORDAN = SubjectContent(
    name="Jordan Invented",
    site="deming",
    affiliations=(Affiliation.STAFF,),
    unit="operations",
    identifiers={IdentifierKind.EMPLOYEE_ID: "E0000004"},
)

#: who reports
TERRY = Person(name="Terry Teacher", phone="575-555-0142", email="terry.teacher@wnmu.example")
