"""What the platform does by itself: the jobs, when they run, and which events call them (Procrastinate)."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued

from backend.access import emergency
from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import Tenant
from backend.casework import service as casework
from backend.casework.tasks import service as tasks
from backend.consent import service as consent
from backend.core.actor import Actor, system_actor
from backend.core.database import APP_ROLE, Database
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.edge import loading, product_what_if, reporting, simulating, throttle
from backend.edge.platform import Platform
from backend.edge.survey_links import survey_links
from backend.governance import service as governance
from backend.holdings import months
from backend.jobs import (
    complaints,
    contact,
    feedback,
    keys,
    loyalty,
    offers,
    playbooks,
    product_reviews,
    reindexing,
    reviewing,
    scoring,
    screening,
    segmenting,
    stages,
    stamping,
    targets,
)
from backend.jobs.outbox import dispatch
from backend.jobs.subscriptions import FOLLOWED, SUBSCRIBERS
from backend.onboarding import service as onboarding
from backend.product_reviews import service as product_reviewing
from backend.products import moving
from backend.products.suitability import watching
from backend.reporting import service as reports
from backend.reviews import service as reviews
from backend.rights import service as rights
from backend.risk import service as risk
from backend.screening.alerts import service as alerts
from backend.servicing.assistant import service as assistant
from backend.servicing.feedback.links import Links

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
        self._periodic("tasks.escalate", "*/10 * * * *", lambda ctx: tasks.escalate_due(ctx, _BATCH))
        self._periodic("work.escalate", "*/5 * * * *", lambda ctx: casework.escalate_due(ctx, _BATCH))
        self._periodic("onboarding.expire", "*/15 * * * *", lambda ctx: onboarding.expire_due(ctx, _BATCH))
        self._periodic("onboarding.conditions", "0 4 * * *", lambda ctx: onboarding.miss_conditions(ctx, _BATCH))
        self._periodic("customers.documents", "30 3 * * *", lambda ctx: customers.expire_documents(ctx, _BATCH))
        self._periodic("products.advance", "*/10 * * * *", moving.advance, four_eyes=True)
        self._periodic("holdings.months", "20 1 * * *", months.plan_ahead)
        self._for_each("holdings.abandoned", "*/2 * * * *", self._abandoned_work)
        self._register_privacy()
        self._periodic("governance.enact", "* * * * *", lambda ctx: governance.enact_due(ctx, _BATCH), four_eyes=True)
        simulations = app.task(name="governance.simulations", queueing_lock="governance.simulations")
        app.periodic(cron="*/2 * * * *")(simulations(self._simulations))
        self._periodic("reports.expire", "25 * * * *", lambda ctx: reports.expire(ctx, _BATCH))
        self._for_each("reports.abandoned", "*/2 * * * *", self._abandoned_reports)
        self._periodic("risk.overrides", "15 0 * * *", lambda ctx: risk.expire_due(ctx, _BATCH))
        self._periodic("risk.first", "*/30 * * * *", lambda ctx: risk.rate_new(ctx, _BATCH))
        self._periodic("risk.renew", "10 * * * *", risk.renew)
        self._periodic("risk.movements", "0 3 1 * *", risk.rate_all)
        self._periodic("risk.run", "*/2 * * * *", risk.go_on)
        app.task(name="screening.lists", retry=_RETRY)(self._screen_lists)
        self._periodic("screening.run", "* * * * *", screening.go_on)
        self._periodic("screening.new", "*/5 * * * *", screening.screen_new)
        self._for_each("screening.stale", "30 0 * * *", self._tell_stale)
        self._for_each("screening.folder", "*/10 * * * *", self._take_up_files)
        self._periodic("screening.memory", "20 2 * * *", lambda ctx: alerts.reopen_expired(ctx, _BATCH))
        self._periodic("suitability.expire", "20 0 * * *", lambda ctx: watching.expire_due(ctx, _BATCH))
        self._periodic("suitability.remind", "40 0 * * *", lambda ctx: watching.remind_due(ctx, _BATCH))
        self._for_each("reviews.due", "0 5 * * *", self._open_reviews)
        self._periodic("reviews.clocks", "*/5 * * * *", lambda ctx: reviews.watch(ctx, _BATCH))
        self._for_each("reviews.behaviour", "30 4 * * *", self._look_at_movements)
        self._register_product_reviews(app)
        self._periodic("complaints.clocks", "10 * * * *", lambda ctx: complaints.watch(ctx, _BATCH))
        self._for_each("complaints.spikes", "50 5 * * *", self._look_at_complaints)
        self._register_feedback(app)
        self._register_loyalty()
        self._register_models(app)
        for name, (cron, sweep) in playbooks.SWEEPS.items():
            self._periodic(name, cron, sweep)
        self._register_insight()
        self._for_each("contact.send", "* * * * *", partial(contact.send_for, platform))
        self._periodic("contact.stuck", "*/5 * * * *", contact.find_stuck)
        self._periodic("doors.forget", "45 * * * *", throttle.forget)
        self._periodic("access.emergencies", "* * * * *", lambda ctx: emergency.end_due(ctx, _BATCH))
        self._for_each("audit.timestamp", platform.settings.timestamp_cron, self._stamp)
        for name, follows in FOLLOWED.items():
            app.task(name=name, retry=_RETRY)(self._about(follows))
        app.periodic(cron="*/2 * * * *")(app.task(name="jobs.rescue", queueing_lock="jobs.rescue")(self._rescue))

    def _register_insight(self) -> None:
        for name, (cron, work) in {**stages.JOBS, **segmenting.JOBS, **targets.JOBS, **offers.JOBS}.items():
            self._for_each(name, cron, partial(work, self._platform))

    def _register_models(self, app: App) -> None:
        app.task(name="models.train", retry=_RETRY)(self._train_models)
        self._for_each("models.score", "15 2 * * *", self._score_portfolio)
        self._for_each("models.waiting", "*/5 * * * *", self._train_waiting)

    def _register_product_reviews(self, app: App) -> None:
        app.task(name="product_reviews.compute", retry=_RETRY)(self._compute_packs)
        self._periodic("product_reviews.due", "20 5 * * *", product_reviews.open_due)
        self._periodic("product_reviews.watch", "40 5 * * *", product_reviews.request_watch)
        self._periodic("product_reviews.clocks", "*/15 * * * *", lambda ctx: product_reviewing.watch(ctx, _BATCH))
        self._for_each("product_reviews.packs", "* * * * *", self._compute_waiting_packs)

    def _register_feedback(self, app: App) -> None:
        """These send links, which are signed with the platform's key."""
        links = survey_links(self._platform)
        for name, ask in feedback.FOLLOWED.items():
            app.task(name=name, retry=_RETRY)(self._about(partial(_asked, ask, links)))
        self._for_each("feedback.daily", "0 8 * * *", self._ask_daily)
        self._for_each("feedback.products", "55 5 * * *", self._look_at_answers)
        self._periodic("feedback.close", "35 0 * * *", lambda ctx: feedback.close_expired(ctx, _BATCH))

    def _register_loyalty(self) -> None:
        self._for_each("loyalty.expire", "25 0 * * *", self._let_points_expire)
        self._periodic("loyalty.care", "35 5 * * *", lambda ctx: loyalty.place_due(ctx, _BATCH))
        self._periodic("knowledge.overdue", "5 5 * * *", lambda ctx: assistant.place_overdue(ctx, _BATCH))
        self._periodic("assistant.forget", "55 2 * * *", lambda ctx: assistant.forget_old(ctx, _BATCH))

    def _register_privacy(self) -> None:
        self._periodic("consent.expire", "15 2 * * *", lambda ctx: consent.expire_consents(ctx, _BATCH))
        self._periodic("privacy.deadlines", "5 * * * *", lambda ctx: rights.watch(ctx, _BATCH))
        self._periodic("privacy.deferred", "30 1 * * *", rights.take_up_deferred)
        self._periodic("privacy.retention", "45 1 * * *", rights.propose_due)
        self._periodic("privacy.carry_out", "*/5 * * * *", rights.carry_out)
        self._periodic("privacy.erase", "* * * * *", rights.advance)
        self._periodic("keys.rewrap", "*/2 * * * *", keys.go_on)
        self._periodic("keys.index", "*/2 * * * *", reindexing.go_on)

    async def sweep(self, sweep: Sweep, *, four_eyes: bool = False) -> int:
        """Run in every institution until nothing is left to do; each batch is a transaction of its own.

        Trouble in one institution does not hold up the others; it is raised when all had their turn.
        """
        done, failures = 0, []
        for actor in await self._actors():
            try:
                while taken := await self._platform.run(actor, sweep, serializable=four_eyes):
                    done += taken
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise ExceptionGroup("a sweep failed", failures)
        return done

    def _periodic(self, name: str, cron: str, sweep: Sweep, *, four_eyes: bool = False) -> None:
        async def run(timestamp: int) -> None:
            await self.sweep(sweep, four_eyes=four_eyes)

        self._app.periodic(cron=cron)(self._app.task(name=name, queueing_lock=name)(run))

    def _for_each(self, name: str, cron: str, work: Callable[[Tenant], Awaitable[object]]) -> None:
        """Once in every institution; trouble in one does not hold up the others."""

        async def run(timestamp: int) -> None:
            done = [await _tried(work(tenant)) for tenant in await self._tenants()]
            if failures := [failure for failure in done if failure is not None]:
                raise ExceptionGroup(f"{name} failed", failures)

        self._app.periodic(cron=cron)(self._app.task(name=name, queueing_lock=name)(run))

    async def _simulations(self, timestamp: int) -> None:
        """Those whose process ended before they did."""
        for actor in await self._actors():
            await simulating.take_up_abandoned(self._platform, actor.tenant_id, actor.request_id)

    async def _abandoned_reports(self, tenant: Tenant) -> None:
        await reporting.take_up_abandoned(self._platform, tenant.id, f"job-{new_id()}")

    async def _abandoned_work(self, tenant: Tenant) -> None:
        await loading.take_up_abandoned(self._platform, tenant.id, f"job-{new_id()}")
        await product_what_if.take_up_abandoned(self._platform, tenant.id, f"job-{new_id()}")

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

    def _about(self, follow: Callable[[Context, UUID], Awaitable[object]]) -> Callable[[str, str], Awaitable[None]]:
        """A job about one record, as the platform itself."""

        async def run(tenant: str, subject: str) -> None:
            actor = system_actor(UUID(tenant), f"job-{new_id()}")
            await self._platform.run(actor, lambda ctx: follow(ctx, UUID(subject)))

        return run

    async def _screen_lists(self, tenant: str, subject: str) -> None:
        """A list moved on: whom that concerns is screened at once, not at the next full minute."""
        actor = system_actor(UUID(tenant), f"job-{new_id()}")
        await screening.screen_due(self._platform, actor, lambda *_: None)

    async def _open_reviews(self, tenant: Tenant) -> None:
        await reviewing.open_all_due(self._platform, system_actor(tenant.id, f"job-{new_id()}"), lambda *_: None)

    async def _compute_packs(self, tenant: str, subject: str) -> None:
        """Whichever waits: asked for one after the other, they are computed one after the other."""
        await product_reviews.compute_waiting(self._platform, UUID(tenant))

    async def _compute_waiting_packs(self, tenant: Tenant) -> None:
        await product_reviews.compute_waiting(self._platform, tenant.id)

    async def _look_at_movements(self, tenant: Tenant) -> None:
        actor = system_actor(tenant.id, f"job-{new_id()}")
        await reviewing.look_at_movements(self._platform, actor, lambda *_: None)

    async def _look_at_complaints(self, tenant: Tenant) -> None:
        await self._platform.run(system_actor(tenant.id, f"job-{new_id()}"), complaints.look_for_spikes)

    async def _look_at_answers(self, tenant: Tenant) -> None:
        await self._platform.run(system_actor(tenant.id, f"job-{new_id()}"), feedback.look_at_products)

    async def _let_points_expire(self, tenant: Tenant) -> None:
        actor = system_actor(tenant.id, f"job-{new_id()}")
        await loyalty.earn_all(self._platform, actor, lambda *_: None)
        await loyalty.expire_all(self._platform, actor, lambda *_: None)
        await loyalty.review_all_tiers(self._platform, actor, lambda *_: None)

    async def _train_models(self, tenant: str, subject: str) -> None:
        """Whichever waits: asked for one after the other, they are trained one after the other."""
        await scoring.train_waiting(self._platform, UUID(tenant))

    async def _train_waiting(self, tenant: Tenant) -> None:
        await scoring.train_waiting(self._platform, tenant.id)

    async def _score_portfolio(self, tenant: Tenant) -> None:
        actor = system_actor(tenant.id, f"job-{new_id()}")
        await scoring.score_portfolio(self._platform, actor, lambda *_: None)

    async def _stamp(self, tenant: Tenant) -> None:
        await stamping.stamp_grown(self._platform, system_actor(tenant.id, f"job-{new_id()}"))

    async def _tell_stale(self, tenant: Tenant) -> None:
        await self._platform.run(system_actor(tenant.id, f"job-{new_id()}"), screening.tell_stale)

    async def _ask_daily(self, tenant: Tenant) -> None:
        links = survey_links(self._platform)
        await self._platform.run(system_actor(tenant.id, f"job-{new_id()}"), lambda ctx: feedback.ask_daily(ctx, links))

    async def _take_up_files(self, tenant: Tenant) -> None:
        folder = self._platform.settings.data_dir / "lists" / tenant.slug
        await screening.take_up_files(self._platform, system_actor(tenant.id, f"job-{new_id()}"), folder)

    async def _actors(self) -> list[Actor]:
        return [system_actor(tenant.id, f"job-{new_id()}") for tenant in await self._tenants()]

    async def _tenants(self) -> Sequence[Tenant]:
        nobody = system_actor(UUID(int=0), f"job-{new_id()}")
        return await self._platform.run(nobody, lambda ctx: directory.tenants(ctx.session))


async def _asked(ask: feedback.Follow, links: Links, ctx: Context, record_id: UUID) -> object:
    return await ask(ctx, links, record_id)


async def _tried(work: Awaitable[object]) -> Exception | None:
    try:
        await work
    except Exception as failure:
        return failure
    return None
