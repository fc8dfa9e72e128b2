"""The reception as one application: its doors, and the guard before them."""

from fastapi import FastAPI

from console.reception import alarms, endings, landing, offices, partners, tips
from console.reception.guard import Guard, Limits
from tasks.desk import Desk


def reception(desk: Desk, limits: Limits | None = None) -> FastAPI:
    """Make the application.

    Args:
        desk: the open casebook, the settings and the sources that doors work with.
        limits: what requests may take; None: the usual.
    """
    app = FastAPI(title="tatflow reception", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    app.add_middleware(Guard, desk=desk, limits=limits or Limits())
    app.get("/health")(_health)
    app.include_router(alarms.router)
    app.include_router(landing.router)
    app.include_router(tips.router)
    app.include_router(offices.router)
    app.include_router(endings.router)
    app.include_router(partners.router)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}
