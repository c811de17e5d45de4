"""Reports that are kept: what the log says of them, who may fetch them, and how they end."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.edge import reporting
from backend.privacy.errors import DataKeyDestroyed
from backend.reporting import service
from backend.reporting.catalog import REPORTS
from backend.reporting.errors import (
    FilterUnused,
    FormatUnknown,
    ReportDamaged,
    ReportExpired,
    ReportNotReady,
    ReportUnknown,
    TooManyReports,
)
from backend.reporting.filters import Filters
from backend.reporting.models import Format, ReportRun, ReportState
from tests.conftest import Engines
from tests.factories.customers import person, with_roles
from tests.reporting.conftest import Office, another_bank, begin

_NAME = "Zdenka Kanárková"


async def _named(office: Office) -> None:
    await office.bank.customer(person(_NAME))


@pytest.mark.parametrize("form", list(Format))
async def test_the_kept_file_is_the_one_that_was_made(office: Office, form: Format) -> None:
    await _named(office)
    run = await office.run("audit", form)
    content = await office.fetched(run)
    assert (run.state, run.size) == (ReportState.FINISHED, len(content))
    assert hashlib.sha256(content).hexdigest() == run.sha256
    assert run.file_name == f"audit-20261122-090000.{form.value}"


async def test_the_log_says_what_was_asked_how_many_lines_left_and_in_which_bytes(office: Office) -> None:
    await _named(office)
    run = await office.run("audit", Format.CSV, actions=("customer.*",))
    lines = await office.lines("audit", subjects=(run.id,))
    reasons = {line["action"]: line["reason"] for line in lines}
    assert reasons["report.start"] == "audit actions=customer.*"
    assert reasons["audit.export"] == f"audit.csv lines={run.lines} sha256={run.sha256}"
    assert {line["actor"] for line in lines} == {"auditor"}


async def test_a_preview_is_in_the_log_with_its_filters_and_how_much_was_seen(office: Office) -> None:
    await office.sign()
    await office.platform.run(
        office.bank.officer, lambda ctx: service.preview(ctx, "audit", Filters(outcome="success"), lines=2)
    )
    (line,) = await office.lines("audit", actions=("audit.view",))
    assert (line["actor"], line["reason"]) == ("officer", "audit outcome=success lines=2")


async def test_a_download_is_in_the_log(office: Office) -> None:
    run = await office.run("audit", Format.CSV)
    await office.fetched(run)
    (line,) = await office.lines("audit", actions=("report.download",))
    assert line["reason"] == f"sha256={run.sha256}"


async def test_who_may_only_read_the_log_takes_nothing_away(office: Office) -> None:
    await office.sign()
    with pytest.raises(NotAllowed):
        await office.run("audit", Format.CSV, office.bank.officer)


@pytest.mark.parametrize("code", sorted(REPORTS))
async def test_a_relationship_manager_gets_no_report(office: Office, code: str) -> None:
    await office.sign()
    with pytest.raises(NotAllowed):
        await office.run(code, Format.CSV, office.bank.manager)
    with pytest.raises(NotAllowed):
        await office.platform.run(office.bank.manager, lambda ctx: service.preview(ctx, code, Filters(), lines=1))


async def test_a_file_is_only_for_whom_it_was_made(office: Office) -> None:
    run = await office.run("audit", Format.CSV, with_roles(office.bank.auditor, "forensic_auditor"))
    with pytest.raises(ReportUnknown):
        await office.fetched(run, with_roles(office.bank.officer, "head_of_compliance"))


async def test_another_institution_does_not_find_it(office: Office, database: Database, engines: Engines) -> None:
    run = await office.run("audit", Format.CSV)
    stranger = await another_bank(office.platform, engines.owner(database))
    with pytest.raises(ReportUnknown):
        await office.fetched(run, replace(stranger.auditor, id=office.bank.auditor.id))


async def test_nothing_personal_of_a_kept_file_lies_readable_in_the_database(office: Office) -> None:
    await _named(office)
    run = await office.run("audit", Format.CSV)
    assert _NAME.encode() in await office.fetched(run)
    stored = await office.platform.run(
        office.bank.auditor,
        lambda ctx: ctx.session.scalars(text("SELECT body FROM report_piece WHERE run_id = :id"), {"id": run.id}),
    )
    assert all(_NAME.encode() not in body for body in stored)


async def test_pieces_that_changed_places_do_not_open(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PIECE_BYTES", 500)
    await _named(office)
    run = await office.run("audit", Format.CSV)
    await office.platform.run(
        office.bank.auditor,
        lambda ctx: ctx.session.execute(
            text(
                "UPDATE report_piece p SET body = o.body FROM report_piece o"
                " WHERE p.run_id = :id AND o.run_id = :id AND p.number = 0 AND o.number = 1"
            ),
            {"id": run.id},
        ),
    )
    with pytest.raises(Exception, match="document"):
        await office.fetched(run)


async def test_a_file_that_was_cut_short_is_not_handed_out_as_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PIECE_BYTES", 500)
    run = await office.run("audit", Format.CSV)
    last = "DELETE FROM report_piece WHERE run_id = :id AND number = (SELECT max(number) FROM report_piece)"
    await office.platform.run(office.bank.auditor, lambda ctx: ctx.session.execute(text(last), {"id": run.id}))
    with pytest.raises(ReportDamaged):
        await office.fetched(run)


async def test_after_its_time_file_and_key_are_gone(office: Office, clock: FixedClock) -> None:
    run = await office.run("audit", Format.CSV)
    clock.advance(timedelta(days=7))
    with pytest.raises(ReportExpired):
        await office.fetched(run)
    assert await office.platform.run(office.bank.system, lambda ctx: service.expire(ctx, 10)) == 1
    assert await office.platform.run(office.bank.system, lambda ctx: service.expire(ctx, 10)) == 0
    left = "SELECT count(*) FROM report_piece WHERE run_id = :id"
    counted = await office.platform.run(office.bank.system, lambda ctx: ctx.session.scalar(text(left), {"id": run.id}))
    assert counted == 0

    async def seal(ctx: Any) -> None:
        await service.keep(ctx, run.id, 0, [b"again"])

    with pytest.raises(DataKeyDestroyed):
        await office.platform.run(office.bank.system, seal)


async def test_a_report_whose_process_died_is_made_by_the_job(office: Office, clock: FixedClock) -> None:
    await _named(office)
    await office.sign()
    auditor = office.bank.auditor
    run_id = await begin(office.platform, auditor, "audit", Format.CSV, Filters(), locale="en")
    with pytest.raises(ReportNotReady):
        await reporting.download(office.platform, auditor, run_id)
    assert await reporting.take_up_abandoned(office.platform, office.bank.tenant.id, "job") == 0
    clock.advance(timedelta(minutes=3))
    await _grant(office, "auditor")
    assert await reporting.take_up_abandoned(office.platform, office.bank.tenant.id, "job") == 1
    run = await office.platform.run(auditor, lambda ctx: ctx.session.get_one(ReportRun, run_id))
    assert run.state == ReportState.FINISHED
    assert _NAME.encode() in await office.fetched(run)


async def test_a_job_gives_no_more_than_the_rights_of_its_moment(office: Office, clock: FixedClock) -> None:
    await office.sign()
    auditor = office.bank.auditor
    run_id = await begin(office.platform, auditor, "audit", Format.CSV, Filters(), locale="en")
    clock.advance(timedelta(minutes=3))
    await reporting.take_up_abandoned(office.platform, office.bank.tenant.id, "job")
    run = await office.platform.run(auditor, lambda ctx: ctx.session.get_one(ReportRun, run_id))
    assert (run.state, run.failure) == (ReportState.FAILED, "access.not_allowed")


async def test_nobody_has_more_than_three_under_way(office: Office) -> None:
    await office.sign()
    for _ in range(3):
        await begin(office.platform, office.bank.auditor, "audit", Format.CSV, Filters(), locale="en")
    with pytest.raises(TooManyReports):
        await begin(office.platform, office.bank.auditor, "audit", Format.CSV, Filters(), locale="en")


async def test_a_file_of_the_operators_has_its_name_when_it_is_whole(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    run = await office.write(target, "audit", Format.CSV, office.bank.auditor)
    content = target.read_bytes()
    assert hashlib.sha256(content).hexdigest() == run.sha256
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == int(run.lines or 0) + 1
    assert not target.with_name("out.csv.part").exists()


async def test_a_filter_that_would_do_nothing_is_refused(office: Office) -> None:
    await office.sign()
    with pytest.raises(FilterUnused):
        await office.run("access-rights", Format.CSV, outcome="denied")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(FormatUnknown):
        service.format_of("docx")


async def _grant(office: Office, role: str) -> None:
    from backend.access.models import RoleGrant

    async def grant(ctx: Any) -> None:
        async with ctx.audit("role.appoint", ("staff", office.bank.auditor.id)):
            ctx.session.add(
                RoleGrant(
                    tenant_id=ctx.actor.tenant_id,
                    holder_id=office.bank.auditor.id,
                    role=role,
                    granted_by=ctx.actor.id,
                    valid_from=ctx.now,
                )
            )

    await office.platform.run(office.bank.system, grant)
