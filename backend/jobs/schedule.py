"""What the platform does by itself: the jobs, when they run, and which events call them (Procrastinate)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued

from backend.access import queries as directory
from backend.access.context import Context
from backend.casework import service as casework
from backend.core.actor import Actor, system_actor
from backend.core.database import APP_ROLE, Database
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.edge.platform import Platform
from backend.jobs.outbox import dispatch
from backend.onboarding import service as onboarding

_RECOMPUTE = ("onboarding.recompute",)
SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "party.changed": _RECOMPUTE,
    "party.tied": _RECOMPUTE,
    "party.untied": _RECOMPUTE,
    "party.merged": _RECOMPUTE,
    "ownership.changed": _RECOMPUTE,
    "document.uploaded": _RECOMPUTE,
    "document.verified": _RECOMPUTE,
    "document.expired": _RECOMPUTE,
}
"""Which jobs hear of which event; an open case looks again at whatever changed about its party."""
_BATCH = 100
_STALLED_SECONDS = 60.0
_RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)
Sweep = Callable[[Context], Awaitable[int]]


def job_app(database: Database) -> App:
    """The queue lives in the schema `jobs`, under the application's role."""
    options = f"-c role={APP_ROLE} -c search_path=jobs -c timezone=UTC"
    connector = PsycopgConnector(conninfo=database.libpq(database.login), kwargs={"options": options}, max_size=4)
    return App(connector=connector)


class Schedule:
    """Registers every job on an app; a job is one or several use cases of the platform itself."""

    def __init__(self, platform: Platform, app: App) -> None:
        self._platform, self._app = platform, app
        self._periodic("outbox.dispatch", "* * * * *", self._dispatch)
        self._periodic("work.escalate", "*/5 * * * *", lambda ctx: casework.escalate_due(ctx, _BATCH))
        self._periodic("onboarding.expire", "*/15 * * * *", lambda ctx: onboarding.expire_due(ctx, _BATCH))
        self._periodic("onboarding.conditions", "0 4 * * *", lambda ctx: onboarding.miss_conditions(ctx, _BATCH))
        self._periodic("customers.documents", "30 3 * * *", lambda ctx: customers.expire_documents(ctx, _BATCH))
        app.task(name="onboarding.recompute", retry=_RETRY)(self._recompute)
        app.periodic(cron="*/2 * * * *")(app.task(name="jobs.rescue", queueing_lock="jobs.rescue")(self._rescue))

    async def sweep(self, sweep: Sweep) -> int:
        """Run in every institution until nothing is left to do; each batch is a transaction of its own.

        Trouble in one institution does not hold up the others; it is raised when all had their turn.
        """
        done, failures = 0, []
        for actor in await self._actors():
            try:
                while taken := await self._platform.run(actor, sweep):
                    done += taken
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise ExceptionGroup("a sweep failed", failures)
        return done

    def _periodic(self, name: str, cron: str, sweep: Sweep) -> None:
        async def run(timestamp: int) -> None:
            await self.sweep(sweep)

        self._app.periodic(cron=cron)(self._app.task(name=name, queueing_lock=name)(run))

    async def _rescue(self, timestamp: int) -> None:
        """Jobs of a worker that was killed are run again; every job can be."""
        for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_SECONDS):
            await self._app.job_manager.retry_job(job)

    async def _dispatch(self, ctx: Context) -> int:
        return await dispatch(ctx, SUBSCRIBERS, self._defer)

    async def _defer(self, task: str, event: Outbox) -> None:
        """A party that changes ten times in a second is looked at once: the lock holds while the job waits."""
        about = event.payload.get("party", event.subject_id)
        job = self._app.configure_task(task, queueing_lock=f"{task}:{about}")
        try:
            await job.defer_async(tenant=str(event.tenant_id), subject=str(about))
        except AlreadyEnqueued:
            return

    async def _recompute(self, tenant: str, subject: str) -> None:
        actor = system_actor(UUID(tenant), f"job-{new_id()}")
        await self._platform.run(actor, lambda ctx: onboarding.recompute_party(ctx, UUID(subject)))

    async def _actors(self) -> list[Actor]:
        nobody = system_actor(UUID(int=0), f"job-{new_id()}")
        tenants = await self._platform.run(nobody, lambda ctx: directory.tenants(ctx.session))
        return [system_actor(tenant.id, f"job-{new_id()}") for tenant in tenants]
