"""The compose file gives each container no more than it needs."""

from pathlib import Path
from typing import Any

import pytest
import yaml

FILE = Path(__file__).resolve().parents[2] / "infra" / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


@every_service
def test_a_service_writes_only_where_it_was_given_a_place(service: dict[str, Any]) -> None:
    assert service["read_only"] is True


@every_service
def test_a_service_holds_no_capability_and_gains_none(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]


@every_service
def test_a_service_has_limits(service: dict[str, Any]) -> None:
    assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys()


@every_service
def test_no_secret_is_in_the_environment(service: dict[str, Any]) -> None:
    told = [name for name in service["environment"] if "PASSWORD" in name or name.endswith("URL")]
    assert {name for name in told if not name.endswith("_FILE")} <= {"TENURE_PUBLIC_URL"}


def test_the_database_is_reached_only_from_inside() -> None:
    assert "ports" not in SERVICES["postgres"]
    assert SERVICES["postgres"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_what_serves_cannot_change_the_schema() -> None:
    assert SERVICES["tenure"]["secrets"] == ["database_url"]


def test_keys_and_log_outlive_the_container() -> None:
    kept = {volume.split(":")[1] for volume in SERVICES["tenure"]["volumes"]}
    assert kept == {"/var/lib/tenure/keys", "/var/lib/tenure/log"}
