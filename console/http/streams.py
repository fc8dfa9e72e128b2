"""Files that are given as they are read: none of them is ever in memory as a whole."""

from collections.abc import AsyncIterator, Iterator

from states.store.threads import at_place


async def streamed(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The parts of a file, each read where files lie once the one before is taken.

    Args:
        first: the one that was read already, to see whether there is any.
        rest: those that follow.
    """
    yield first
    while part := await at_place(next, rest, b""):
        yield part
