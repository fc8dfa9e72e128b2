"""What the policy pack says of the institution's year: semesters, the review of the plan, training."""

from typing import Self

from pydantic import Field, model_validator

from states.policy.terms import Entry, MonthDay, Text, on_day


class PlanReview(Entry):
    """The yearly review of the plan: its day, who finally approves it, and who keeps the document (W-46)."""

    day: MonthDay
    approved_by: Text
    kept_by: Text


class TrainingKind(Entry):
    """A training that everybody who works on the team has, and keeps current (U-14)."""

    title: Text
    #: how many days after it was had it lapses; None: it does not
    lasts_days: int | None = Field(default=None, gt=0, le=366 * 10)
    #: in how many days whoever comes to the team has it; from then on it counts as one that has lapsed
    within_days: int = Field(default=90, gt=0, le=366 * 2)


class Semester(Entry):
    """A semester: its first and last day in every year, as MM-DD."""

    name: Text
    start: MonthDay
    end: MonthDay

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if on_day(self.start, 2001) >= on_day(self.end, 2001):
            raise ValueError("a semester starts before it ends, within one year")
        return self
