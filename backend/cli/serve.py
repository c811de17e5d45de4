"""`tenure serve`: the web client, GraphQL, jobs and the log's sequencer in one process."""

import gc
import signal
from typing import Annotated, NoReturn

import typer
import uvicorn

from backend.app.assembly import create_app
from backend.cli.console import DataDir, database, out, run, settings_for
from backend.core import logs
from backend.core.settings import Settings
from backend.edge.platform import open_platform


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the web client and GraphQL until stopped."""
    settings = settings_for(data_dir)
    chosen = {"host": host or settings.host, "port": port or settings.port}
    run(lambda: serve_until_stopped(settings.model_copy(update=chosen)))


async def serve_until_stopped(settings: Settings) -> None:
    """Warnings and faults go to standard error with the request's id, and no personal data."""
    logs.to_standard_error()
    with database(settings) as opened:
        platform = await open_platform(settings, database=opened)
        config = uvicorn.Config(
            create_app(platform),
            host=settings.host,
            port=settings.port,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        gc.freeze()  # what is loaded by now stays, and need not be looked through again
        # uvicorn raises the signal that ended it again, whose default would end us before PostgreSQL is stopped.
        signal.signal(signal.SIGTERM, _leave)
        out.print(f"Web client: http://{settings.host}:{settings.port}/")
        out.print(f"GraphQL:    http://{settings.host}:{settings.port}/graphql")
        try:
            await uvicorn.Server(config).serve()
        finally:
            await platform.engine.dispose()


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)
