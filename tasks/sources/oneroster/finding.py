"""Finding the one person whom a value stands for, in services that compare and quote in ways of their own.

Services compare with regard to case or without, and read a quote inside of a value in different ways: the
specification does not say. So a value is asked for as it is, in small letters and in capitals, with quotes as
they are and doubled; an address at last by its longest piece without a quote. Whatever comes back is compared
with what was asked for, and *not found* is said only where the service answered and knows nobody.
"""

from collections.abc import Iterator

from pydantic.alias_generators import to_snake

from states.errors import StepFailed
from tasks.sources.oneroster.records import User
from tasks.sources.oneroster.service import Service

#: records in a page, as asked for: a few show that there are several, and no more need to travel
FEW = 5

#: with one of these beside a quote, a service that ends the value at the quote could read a second condition
_SIGNS = frozenset("=<>!~()")


async def find(service: Service, name: str, value: str, fields: list[str]) -> list[User]:
    """The people whose field has a value, case aside; those who are to be deleted are not there.

    Args:
        service: whom to ask.
        name: the field.
        value: what it must hold.
        fields: what is wanted of them beside it.

    Raises:
        StepFailed: they cannot be fetched; ``filter_ignored``: others came; ``incomplete``: more are said to
            be there than came; ``identifier_unusable``: no identifier looks like that.
    """

    def is_theirs(user: User) -> bool:
        return str(getattr(user, to_snake(name))).casefold() == value.casefold()

    refusal: StepFailed | None = None
    answered, unsaid = False, 0
    for condition in conditions(name, value):
        exact = "~" not in condition.partition("'")[0]
        belongs = is_theirs if exact else _anybody
        try:
            # Those who only look like the one asked about need no more than to be told apart.
            wanted = [*fields, name] if exact else [name]
            got = await service.every(
                "users", User, condition=condition, belongs=belongs, fields=wanted, size=FEW
            )
        except StepFailed as failure:
            if not failure.permanent or failure.code == "filter_ignored":
                raise
            refusal = refusal or failure
            continue
        theirs = [user for user in got.records if is_theirs(user)]
        if len(theirs) > 1 or (theirs and got.whole and exact):
            return theirs
        if theirs and not exact:
            return [await _whole(service, theirs[0], [*fields, name])]
        if exact and not got.whole and got.unsaid is None:
            unreadable = StepFailed("wrong_schema", permanent=True)
            raise unreadable if got.unreadable else StepFailed("incomplete")
        answered |= exact and got.unsaid is None
        unsaid = unsaid or (got.unsaid or 0)
    await _believe(service, refusal, answered=answered, unsaid=unsaid)
    return []


async def _whole(service: Service, user: User, fields: list[str]) -> User:
    found = await service.one("users", user.sourced_id, User, fields)
    if found is None:
        raise StepFailed("incomplete")
    return found


async def _believe(service: Service, refusal: StepFailed | None, *, answered: bool, unsaid: int) -> None:
    """Stop when *nobody* was not said: a route that is not there, or an answer without content, says nothing.

    Raises:
        StepFailed: it was not.
    """
    if answered or (unsaid and await service.is_there("users")):
        return
    code = refusal.code if refusal is not None else "rejected" if unsaid >= 400 else "wrong_schema"  # noqa: PLR2004
    raise StepFailed(code, permanent=True)


def _anybody(_: User) -> bool:
    return True


def conditions(name: str, value: str) -> Iterator[str]:
    """The filters that may find a value, the likeliest first.

    Args:
        name: the field.
        value: the value.

    Raises:
        StepFailed: ``identifier_unusable``: no identifier looks like that.
    """
    is_address = "@" in value
    spellings = dict.fromkeys((value, value.lower(), *(() if is_address else (value.upper(),))))
    quoted = "'" in value
    for spelling in spellings:
        if not quoted or _SIGNS.isdisjoint(value):
            yield equals(name, spelling, doubled=False)
        if quoted:
            yield equals(name, spelling, doubled=True)
    if is_address and value.lower() != value.upper():
        yield f"{name}~'{max(value.split(chr(39)), key=len)}'"


def equals(name: str, value: str, *, doubled: bool = True) -> str:
    """A filter that holds for records whose field has a value.

    A value with a space in it, as a second condition needs it, is not sent at all.

    Args:
        name: the field.
        value: the value.
        doubled: whether a quote in it is doubled, or left as it is.

    Raises:
        StepFailed: ``identifier_unusable``: no identifier looks like that.
    """
    if not value or not value.isprintable() or " " in value:
        raise StepFailed("identifier_unusable", permanent=True)
    return f"{name}='{value.replace(chr(39), chr(39) * 2) if doubled else value}'"
