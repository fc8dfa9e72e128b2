"""The terms that a policy pack is written in: texts, codes, days of the year, lengths of time."""

from datetime import date, timedelta
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from states.vocabulary.spelling import words

CODE = r"^[a-z][a-z0-9_]*$"
CLAUSE_ID = r"^[WUMAP]-\d\d$"
ADDRESS = r"^([^\s@:/]+@[^\s@:/]+|[a-z][a-z0-9+]*://\S+)$"
DOMAIN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
MONTH_DAY = r"^\d\d-\d\d$"
COUNTRY = r"^[A-Z]{2}$"
CRITERION_ID = r"^[a-z]+-\d+$"

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=CODE, max_length=40)]
ClauseId = Annotated[str, StringConstraints(pattern=CLAUSE_ID)]
#: a mail address, or the URL of another channel
Address = Annotated[str, StringConstraints(pattern=ADDRESS)]
Domain = Annotated[str, StringConstraints(pattern=DOMAIN)]


def on_day(day: str, year: int) -> date:
    """That day of that year.

    Args:
        day: MM-DD.
        year: the year.

    Raises:
        ValueError: there is no such day in every year.
    """
    try:
        return date(year, int(day[:2]), int(day[3:]))
    except ValueError:
        raise ValueError(f"{day} is not a day (MM-DD) of every year") from None


def _exists(day: str) -> str:
    on_day(day, 2001)
    return day


#: a day that every year has, as MM-DD
MonthDay = Annotated[str, StringConstraints(pattern=MONTH_DAY), AfterValidator(_exists)]


class Phone(NamedTuple):
    """A number, and from which phone one dials it; a pack writes both as a list of two."""

    label: Text
    number: Text

    def __str__(self) -> str:
        return f"{self.label} {self.number}"


class Strict(BaseModel):
    """What all parts of a pack have in common: no unknown key, no conversion, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


#: a time of day, HH:MM
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Entry(Strict):
    """An entry: the clause it comes from, and why the pack chose what the clause leaves open."""

    clause: ClauseId
    chosen: Text | None = None


class Duration(Strict):
    """How long a clock runs: exactly one unit. Reckoned by :func:`states.calendar.reckoning.due`."""

    minutes: int | None = Field(default=None, gt=0, le=60 * 24 * 366)
    hours: int | None = Field(default=None, gt=0, le=24 * 366)
    days: int | None = Field(default=None, gt=0, le=366 * 100)
    business_days: int | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("a duration has exactly one of minutes, hours, days, business_days")
        return self

    @property
    def nominal(self) -> timedelta:
        """Its least length, without holidays and clock changes."""
        days = (self.days or 0) + (self.business_days or 0)
        return timedelta(minutes=self.minutes or 0, hours=self.hours or 0, days=days)

    def __str__(self) -> str:
        ((unit, amount),) = self.model_dump(exclude_none=True).items()
        word = words(unit)
        return f"{amount} {word if amount > 1 else word.removesuffix('s')}"


class Span(Strict):
    """A lapse of time by the clock: hours or minutes."""

    minutes: int | None = Field(default=None, gt=0, le=60 * 24 * 366)
    hours: int | None = Field(default=None, gt=0, le=24 * 366)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.minutes is None) == (self.hours is None):
            raise ValueError("it has exactly one of minutes, hours")
        return self

    @property
    def delta(self) -> timedelta:
        """The lapse as a timedelta."""
        return timedelta(minutes=self.minutes or 0, hours=self.hours or 0)

    def __str__(self) -> str:
        amount, word = (self.hours, "hour") if self.minutes is None else (self.minutes, "minute")
        return f"{amount} {word}{'' if amount == 1 else 's'}"
