"""What comes in at a door: read no further than it may be long, and as whoever signed it saw it."""

import httpx
from fastapi import Request

from states.errors import BadInput

#: bytes that one message may have
MOST_BYTES = 1_000_000


async def content_of(request: Request) -> bytes:
    """A message's content, read no further than it may be long.

    Raises:
        BadInput: it is too long.
    """
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MOST_BYTES:
            raise BadInput("The message is too long. Nothing was taken in.")
    return bytes(content)


def as_signed(request: Request, content: bytes, base_url: str) -> httpx.Request:
    """A message as its sender signed it: under the address that links begin with, whatever stands before us.

    Args:
        request: the message as it came.
        content: its content.
        base_url: the address that links begin with.
    """
    url = f"{base_url.rstrip('/')}{request.url.path}"
    return httpx.Request(request.method, url, headers=request.headers.raw, content=content)
