"""Is it alive, is it ready: for load balancers and people who run it. Nothing here tells a stranger anything."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend import migrate
from backend.app.background import Background
from backend.edge.platform import Platform


def health_routes(platform: Platform, background: Background) -> list[Route]:
    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> JSONResponse:
        """The database answers and has the schema of this version, and the work beside the doors goes on."""
        try:
            async with platform.engine.connect() as connection:
                revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError:
            return JSONResponse({"status": "database"}, status_code=503)
        if revision != migrate.head():
            return JSONResponse({"status": "migrate"}, status_code=503)
        if background.ailing:
            return JSONResponse({"status": "background"}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def log(_request: Request) -> JSONResponse:
        """Whether every institution's audit log goes on, as figures for a monitor. One that does not serves on: its
        entries wait, committed and in order, and are logged when the cause is gone."""
        try:
            found = await background.log()
        except SQLAlchemyError:
            return JSONResponse({"status": "database"}, status_code=503)
        if found is None:
            return JSONResponse({"status": "background"}, status_code=503)
        figures = {
            "halted": len(found.halted),
            "unfit": found.unfit,
            "waiting": found.waiting,
            "behind_seconds": round(found.behind, 3),
        }
        status = "ok" if found.sound else "behind"
        return JSONResponse({"status": status, **figures}, status_code=200 if found.sound else 503)

    return [Route("/health/live", live), Route("/health/ready", ready), Route("/health/log", log)]
