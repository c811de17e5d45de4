"""Reports over GraphQL: what may be looked at, started, followed and fetched."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.api import reports
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.settings import Settings
from backend.reporting import models
from tests.api.conftest import Door
from tests.factories.customers import Bank, person

_START = """mutation($input: ReportInput!, $key: String) { startReport(input: $input, idempotencyKey: $key) {
  __typename ... on ReportRun { id state lines sha256 link fileName filters { name value } startedBy { name } }
  ... on Problem { code } ... on InvalidProblem { field } } }"""
_PREVIEW = """query($report: String!, $filters: ReportFilterInput) {
  reportPreview(report: $report, filters: $filters, first: 3) { columns { key } rows head { size } } }"""
_KINDS = "{ reports { code exportable } }"
_RUNS = "{ reportRuns(first: 5) { id link state } }"


@pytest.fixture
async def log(settings: Settings, database: Database, clock: FixedClock, bank: Bank) -> AsyncIterator[Sequencer]:
    await bank.customer(person("Anna Nováková"))
    opened = open_sequencer(settings, database, clock)
    await opened.drain(bank.tenant.id)
    yield opened
    await opened.close()


def _csv(**more: Any) -> dict[str, Any]:
    return {"report": "audit", "format": "CSV", **more}


@pytest.mark.usefixtures("log")
async def test_a_short_report_is_ready_with_the_answer(door: Door, bank: Bank) -> None:
    wanted = _csv(filters={"actions": ["customer.create"]}, language="en")
    run = (await door.data(_START, bank.auditor, input=wanted))["startReport"]
    assert (run["state"], run["startedBy"]) == ("FINISHED", {"name": "auditor"})
    assert run["link"] == f"/reports/{run['id']}/file"
    assert run["lines"] > 0
    assert len(run["sha256"]) == 64
    assert run["filters"] == [{"name": "Actions", "value": "customer.create"}]


@pytest.mark.usefixtures("log")
async def test_others_who_read_the_log_see_the_run_and_get_no_link(door: Door, bank: Bank) -> None:
    run = (await door.data(_START, bank.auditor, input=_csv()))["startReport"]
    listed = (await door.data(_RUNS, bank.officer))["reportRuns"]
    assert listed == [{"id": run["id"], "link": None, "state": "FINISHED"}]
    assert (await door.data(_RUNS, bank.manager))["reportRuns"] == []


@pytest.mark.usefixtures("log")
async def test_who_may_look_and_not_take_away_is_refused_by_name(door: Door, bank: Bank) -> None:
    answer = (await door.data(_START, bank.officer, input=_csv()))["startReport"]
    assert (answer["__typename"], answer["code"]) == ("NotAllowedProblem", "access.not_allowed")
    kinds = {kind["code"]: kind["exportable"] for kind in (await door.data(_KINDS, bank.officer))["reports"]}
    assert kinds["audit"] is False
    assert kinds["alert-decisions"] is True


@pytest.mark.usefixtures("log")
async def test_a_preview_shows_the_first_lines(door: Door, bank: Bank) -> None:
    shown = (await door.data(_PREVIEW, bank.officer, report="audit"))["reportPreview"]
    assert len(shown["rows"]) == 3
    assert all(len(row) == len(shown["columns"]) for row in shown["rows"])
    assert shown["head"]["size"] > 0


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (_csv(filters={"actions": ["customer.buy"]}), "report.filter_malformed"),
        (_csv(filters={"rulesets": ["x"]}), "report.filter_malformed"),
        (_csv(language="fr"), "report.language_unknown"),
        (_csv(report="nothing"), "report.unknown"),
        (_csv(report="access-rights", filters={"outcome": "denied"}), "report.filter_unused"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(
    door: Door, bank: Bank, wanted: dict[str, Any], code: str
) -> None:
    reader = bank.auditor
    answer = (await door.data(_START, reader, input=wanted))["startReport"]
    assert answer["code"] == code


async def test_a_manager_is_offered_no_report(door: Door, bank: Bank) -> None:
    assert (await door.data(_KINDS, bank.manager))["reports"] == []


@pytest.mark.parametrize(
    ("public", "stored"), [(reports.ReportFormat, models.Format), (reports.ReportState, models.ReportState)]
)
def test_the_contract_knows_every_stored_value(public: Any, stored: Any) -> None:
    assert {each.value for each in public} == {each.value for each in stored}
