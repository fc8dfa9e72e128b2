"""A step that somebody takes in a case from its pages, and what they answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from console.shown.case.asked.fields import Asked, Fields, Said, content_of
from console.web import moments
from console.web.cases.opening import Case
from states.access import Act, Actor
from states.calendar.moments import Here
from states.casebook import Casebook
from states.casebook.reading import overview
from states.contents.content import Content
from states.errors import BadContent

ContentT = TypeVar("ContentT", bound=Content)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered: of each field all that they gave.

    Args:
        said: the answers.
        asked: the fields that they answered.
    """

    said: Said
    asked: Fields = ()

    def one(self, name: str) -> str:
        """A field's answer; empty: none."""
        return next((each.strip() for each in self.said.get(name, ())), "")

    def other(self) -> str:
        """The number of another case: as it was typed, or else as it was chosen; empty: neither."""
        return self.one("typed").upper() or self.one("other")

    def several(self, name: str) -> list[str]:
        """All that was chosen."""
        return [each for each in self.said.get(name, ()) if each]

    def lines(self, name: str) -> list[str]:
        """A field's lines that say something."""
        return [line.strip() for line in self.one(name).splitlines() if line.strip()]

    def reason(self, name: str, label: str) -> str:
        """A reason that has to be given by whoever chose what asks for one.

        Raises:
            BadContent: none was.
        """
        text = self.one(name)
        if not text:
            raise BadContent(f"{label}: say it in a few words.", {name: f"{label}: say it in a few words."})
        return text

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What was answered in a group, row by row."""
        rows: list[dict[str, Any]] = content_of(self.asked, self.said).get(name, [])
        return rows

    def texts(self, name: str) -> list[str]:
        """The texts of a group that asks for nothing else."""
        return [row["text"] for row in self.rows(name)]

    def content(self, kind: type[ContentT], here: Here | None = None, *but: str, **more: Any) -> ContentT:
        """The content that the answers make.

        Args:
            kind: which one.
            here: where and when times were typed; None: none is asked for.
            but: names of fields that are not of it.
            more: what is not asked, or is asked in another shape.

        Raises:
            BadInput: they do not fit; names each field.
        """
        return kind.read(content_of(self.asked, self.said, *but, *more) | more, here)


def no_such_other() -> BadContent:
    """That there is no other case under a number, for whoever asks: nobody learns which."""
    said = "There is no case under that number that you may open."
    return BadContent(said, {"typed": said})


#: does a step; returns the number of the case that it opened, if it opened one
Doing = Callable[[Casebook, str, Actor, Given], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Args:
        name: what it is called in addresses.
        does: what its button says.
        says: what it means, as a sentence.
        fields: what it asks.
        do: does it.
        act: what whoever takes it does; None: the process table says who may.
        looks: whether what it would send is shown before it is done.
        offers: whether it is shown to whoever asks, where nobody has to look first.
        always: whether it gets through whatever happened since it was looked at.
        two: whether it writes in another case, too.
        to: where it leads afterwards, where the case is not there any more; empty: back to the case.
        in_turn: whether it is chosen first which record it is about, of which the rest is asked.
        shows: what stands beside what it asks, for the template of its own.
        template: what its page is made with.
        fills: what else is answered once somebody asks for more room: what they chose is put into rows.
    """

    name: str
    does: str
    says: str
    fields: Callable[[Asked], Fields]
    do: Doing
    act: Act | None = Act.RECORD
    looks: bool = True
    offers: bool = False
    always: bool = False
    two: bool = False
    in_turn: bool = False
    to: str = ""
    shows: Callable[[Casebook, Case, Actor], Mapping[str, object]] | None = None
    template: str = "cases/step"
    fills: Callable[[Asked, Said], Said] | None = None


def here(book: Casebook, number: str, by: Actor) -> Here:
    """Where and when somebody types about a case: by the clock of its site."""
    (site, *_) = overview.sites_of(book, number, by=by)
    return moments.here(book, site)
