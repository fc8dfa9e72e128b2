"""What there is to choose from, in the order in which people look for it."""

from collections.abc import Mapping, Sequence

from console.shown.case.asked.fields import Option
from states.vocabulary.cases import ReprisalWord

#: what may be entered, of whether whoever reported is treated badly
WATCHED: Mapping[ReprisalWord, str] = {
    ReprisalWord.SAID: "They say that they are treated badly because of their report",
    ReprisalWord.SEEN: "Somebody else saw or heard that they are",
    ReprisalWord.NOTHING: "I asked them: nobody treats them badly",
    ReprisalWord.NOT_ASKED: "They are not asked, for a reason",
    ReprisalWord.ACTED: "Somebody did something about it",
}


def yes_or_no(yes: str = "Yes", no: str = "No") -> tuple[Option, ...]:
    """Two things of which one holds."""
    return (Option("yes", yes), Option("no", no))


def only(options: Sequence[Option]) -> tuple[str, ...]:
    """What is chosen where there is no choice."""
    return (options[0].value,) if len(options) == 1 else ()


def capital(text: str) -> str:
    """With a capital, as a line begins."""
    return text[:1].upper() + text[1:]
