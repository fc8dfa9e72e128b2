"""What is told of Sam Sample, whichever version and whichever way it comes in."""

from datetime import date

from states.vocabulary.cases import FactorKind
from tasks.sources.contract import Fact

#: the day that the service's records are from
DAY = date(2026, 2, 27)

#: what is told of Sam Sample, whichever version it comes in
SAM = [
    Fact("Role", "student at Main Campus", FactorKind.DYNAMIC, DAY),
    Fact("Grade", "14", FactorKind.DYNAMIC, DAY),
    Fact(
        "Enrolled in",
        "Introduction to Biology (BIO-101-02), as student (2026-01-12 to 2026-05-08)",
        FactorKind.DYNAMIC,
        DAY,
    ),
    Fact(
        "Class meets",
        "Introduction to Biology (BIO-101-02): periods 3, 5; Harlan Hall 112; "
        "Spring 2026 (2026-01-12 to 2026-05-08)",
        FactorKind.DYNAMIC,
        DAY,
    ),
    Fact("Enrolled in", "Life drawing (ART-7), as student", FactorKind.DYNAMIC, DAY),
    Fact("Enrolled in", "a class, as student", FactorKind.DYNAMIC, DAY),
    Fact("Earlier enrollments", "2", FactorKind.STATIC, DAY),
]
