"""The stub as one application, and serving it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from console.partner_stub import control, protocol
from console.partner_stub.calling import keep_calling
from console.partner_stub.stub import Stub


def application(stub: Stub, host: str = "127.0.0.1") -> FastAPI:
    """Make the application.

    Args:
        stub: what it works with.
        host: the address it listens on; it answers to no other name but this machine's own.
    """

    @asynccontextmanager
    async def calling(_app: FastAPI) -> AsyncIterator[None]:
        caller = asyncio.create_task(keep_calling(stub))
        yield
        caller.cancel()
        with suppress(asyncio.CancelledError):
            await caller

    app = FastAPI(
        title="A stand-in for a law-enforcement partner",
        lifespan=calling,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.stub = stub
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]", host])
    app.add_exception_handler(protocol.Problem, protocol.refuse)
    app.include_router(protocol.router)
    app.include_router(control.router)
    return app
