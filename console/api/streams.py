"""Files as programs send and take them: as the bytes that they are, and as they come."""

from functools import partial

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from console.api.carrying_out import Streamed
from console.api.problems import refused
from console.http.pages import PRIVATE
from console.http.streams import streamed
from states.errors import FileDamaged, FilesAway
from states.files.arriving import AT_ONCE, Arrived, Arriving
from states.files.places import Place
from states.store.threads import at_place


async def taken(request: Request, place: Place, most: int) -> Arrived:
    """Take a file as it comes, sealed to its place; whatever breaks off keeps nothing of it.

    Args:
        request: brings it.
        place: where it is going to lie.
        most: bytes that it may have.

    Raises:
        BadInput: it is too long, empty, or of a kind that is not taken.
        FilesAway: there is no room for it, or its place cannot be reached.
    """
    file, waiting = await at_place(partial(Arriving, place, "", most=most)), bytearray()
    try:
        async for chunk in request.stream():
            waiting += chunk
            if len(waiting) >= AT_ONCE:
                await at_place(file.write, bytes(waiting))
                waiting.clear()
        await at_place(file.write, bytes(waiting))
        return await at_place(file.finish)
    finally:
        await at_place(file.give_up)


async def given(answer: Streamed) -> Response:
    """Give a file as it is read; what does not open is a refusal before the first byte."""
    parts = answer.file.part()
    try:
        first = await at_place(next, parts, b"")
    except (FileDamaged, FilesAway) as trouble:
        said = refused(trouble)
        return Response(said.body, said.status, {**PRIVATE, **said.headers})
    return StreamingResponse(streamed(first, parts), answer.status, {**PRIVATE, **answer.headers})
