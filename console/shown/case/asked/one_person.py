"""What is asked of whoever says which cases are about one person, and lets one of them go on in the other."""

from collections.abc import Iterator

from console.shown.case.asked.fields import Ask, Asked, Field, Fields, Option
from states.vocabulary.people import LinkStatus


def same_person(asked: Asked) -> Fields:
    """Whether another case is about this person, too (W-47)."""
    return (
        _other(asked, tuple(LinkStatus)),
        Field(
            "same",
            "Are the two about the same person?",
            Ask.ONE,
            "",
            (Option("yes", "Yes, the same person"), Option("no", "No, somebody else")),
            needed=True,
        ),
        Field(
            "reason",
            "Why",
            hint="Needed where the two were not suggested, or somebody decided otherwise before.",
        ),
    )


def joining(asked: Asked) -> Fields:
    """The case about the same person that this one goes on in, and why (W-47)."""
    return (
        _other(asked, (LinkStatus.CONFIRMED,)),
        Field("reason", "Why", hint="It stands in both cases.", needed=True),
    )


def _other(asked: Asked, linked: tuple[LinkStatus, ...]) -> Field:
    options = tuple(_cases(asked, linked))
    given = (options[0].value,) if len(options) == 1 else ()
    return Field("other", "Which case", Ask.ONE, "", options, needed=True, given=given)


def _cases(asked: Asked, linked: tuple[LinkStatus, ...]) -> Iterator[Option]:
    for link in asked.opened.of("case_links"):
        if link["status"] in linked:
            yield Option(link["other_number"], link["other_number"])
