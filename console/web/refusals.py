"""Doing what a form asks for, and why it was refused, for the page that it came from."""

from collections.abc import Callable
from typing import ParamSpec

from states.errors import BadInput, NotPermitted, Refused, UnknownRecord
from states.store.threads import told

P = ParamSpec("P")


async def refusal_of(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> str:
    """Call a casebook function; gives why it refused, as a sentence; empty: it is done.

    Raises:
        UnknownRecord: there is nothing of that kind for them.
        NotPermitted: it is for others to do: pages answer that as what is not there.
    """
    try:
        await told(function, *args, **kwargs)
    except (UnknownRecord, NotPermitted):
        raise
    except (BadInput, Refused) as refusal:
        return str(refusal)
    return ""
