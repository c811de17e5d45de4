"""`tenure keys`: rotation by commands, killed for real in the middle, and ended by the next command."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.privacy.keyring import KeyId, Keyring
from backend.privacy.providers.choice import provider_for
from tests.cli.conftest import Tenure

KEYS = 24_000
_SECONDS = 60.0


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "alpha", "--name", "Alpha", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


@pytest.fixture
def owner(running: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(running.libpq(running.owner), autocommit=True) as connection:
        yield connection


def _keyring(home: Path) -> Keyring:
    return Keyring(provider_for(Settings(data_dir=home)), capacity=1)


def _tenant(owner: psycopg.Connection[Any]) -> UUID:
    (tenant,) = owner.execute("SELECT id FROM tenant").fetchone() or (UUID(int=0),)
    return UUID(str(tenant))


def _fill(home: Path, owner: psycopg.Connection[Any]) -> None:
    tenant = _tenant(owner)
    created = asyncio.run(_keyring(home).create(tenant, [new_id() for _ in range(KEYS)]))
    copied = "COPY data_key (tenant_id, owner_id, version, epoch, wrapped, created_at) FROM STDIN"
    with owner.cursor().copy(copied) as copy:
        for owner_id, key in created.items():
            copy.write_row((tenant, owner_id, 1, 1, key.wrapped, datetime.now(UTC)))


def _done(owner: psycopg.Connection[Any]) -> int:
    row = owner.execute("SELECT done FROM key_rotation WHERE state <> 'finished'").fetchone()
    return 0 if row is None else int(row[0])


def _let_go(owner: psycopg.Connection[Any]) -> None:
    """Until the server is done with what the killed command had asked for last."""
    busy = "datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'"
    while owner.execute(f"SELECT 1 FROM pg_stat_activity WHERE {busy}").fetchone() is not None:
        time.sleep(0.01)


def test_a_rewrap_that_was_killed_is_ended_by_the_next_command(
    bank: Tenure, home: Path, owner: psycopg.Connection[Any]
) -> None:
    _fill(home, owner)
    assert "Epoch 2 is current" in bank("keys", "rotate-epoch").stdout
    words = ["keys", "rewrap", "--data-dir", str(home)]
    with subprocess.Popen(
        [sys.executable, "-c", "from backend.cli import main; main()", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as command:
        until = time.monotonic() + _SECONDS
        while _done(owner) == 0 and time.monotonic() < until:
            assert command.poll() is None, "the command ended before it could be killed"
        command.send_signal(signal.SIGKILL)
    _let_go(owner)
    reached = _done(owner)
    assert 0 < reached < KEYS
    (left,) = owner.execute("SELECT count(*) FROM data_key WHERE epoch = 1").fetchone() or (0,)
    assert left == KEYS - reached
    assert f"{KEYS:,} data keys are under the current epoch." in bank("keys", "rewrap").stdout
    rows = owner.execute("SELECT owner_id, version, epoch, wrapped FROM data_key").fetchall()
    assert {epoch for _, _, epoch, _ in rows} == {2}
    wrapped = {KeyId(owner_id, version): key for owner_id, version, _, key in rows}
    assert len(asyncio.run(_keyring(home).open_many(_tenant(owner), wrapped))) == KEYS


def test_an_old_epoch_is_destroyed_once_nothing_depends_on_it(bank: Tenure) -> None:
    bank("keys", "rotate-epoch")
    assert bank("keys", "destroy-epoch", "2", "--yes", code=1).stderr.startswith("privacy.epoch_still_wraps")
    bank("keys", "rewrap")
    assert "Epoch 2 is destroyed" in bank("keys", "destroy-epoch", "2", "--yes").stdout
    assert re.search(r"2 +│ destroyed", bank("keys", "status").stdout)


def test_the_root_is_rotated_and_the_rotation_stands_in_the_log(bank: Tenure, owner: psycopg.Connection[Any]) -> None:
    assert re.search(r"[1-9]\d* keys are under the new root", bank("keys", "rotate-root").stdout)
    assert owner.execute("SELECT count(*) FROM audit_entry WHERE action = 'key.rotate_root'").fetchone() == (1,)


def test_search_tags_are_rotated_by_command(bank: Tenure) -> None:
    assert "by tags of version 2 alone" in bank("keys", "rotate-index").stdout
    assert "Search tags: version 2" in bank("keys", "status").stdout
