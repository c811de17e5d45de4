"""Packs of a small institution, and the verifier as an outsider runs it: alone, in an empty folder."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from backend.access.context import Context
from backend.access.models import Tenant
from backend.api.disclosures import Reader
from backend.api.rule_texts import rulesets_of
from backend.audit.export import Exported, Log, export
from backend.audit.selection import Selection
from backend.audit.sequencer import Sequencer
from backend.audit.shown import Reveal, nothing
from backend.audit.timestamps import Stamps
from backend.audit.verifier import standalone
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge.platform import Platform

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class House:
    platform: Platform
    tenant: Tenant
    sequencer: Sequencer

    def __repr__(self) -> str:
        return f"House({self.tenant.slug})"

    @property
    def log(self) -> Log:
        key = self.sequencer.keys.verifier(self.tenant.id)
        return Log(self.tenant.id, key, self.sequencer.heads, Stamps.of(self.platform.settings))

    @property
    def key(self) -> str:
        return self.log.key.encode()

    def staff(self, *roles: str) -> Actor:
        return Actor(new_id(), self.tenant.id, "staff", frozenset(roles), "cli", "test")

    async def export(self, path: Path, *roles: str, drain: bool = True, **selection: Any) -> Exported:
        person = self.staff(*roles)

        async def run(page: Callable[[AsyncSession, Reveal], Awaitable[T]]) -> T:
            def carried(ctx: Context) -> Awaitable[T]:
                return page(ctx.session, Reader(ctx, person) if roles else nothing)

            return await self.platform.run(person, carried)

        if drain:
            await self.sequencer.drain(self.tenant.id)
        return await export(
            path,
            self.log,
            run,
            selection=Selection(**selection),
            rulesets=rulesets_of(self.platform.settings.policies),
            now=self.platform.clock(),
        )


def alone(folder: Path, file: Path, *words: str, code: int = 0) -> str:
    """`python -I verify.py FILE …` where there is nothing but the verifier that came out of a pack."""
    if not (folder / "verify.py").exists():
        folder.mkdir(exist_ok=True)
        with zipfile.ZipFile(file) as pack:
            (folder / "verify.py").write_bytes(pack.read("verify.py"))
    command = [sys.executable, "-I", "verify.py", str(file), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={}, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def findings(file: Path, key: str | None = None, memory: Path | None = None) -> list[dict[str, Any]]:
    report = standalone.verify_file(file, key, memory)
    return [{"code": each.code, **each.params} for each in report.findings]


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """A pack whose files were changed by somebody."""
    with zipfile.ZipFile(source) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w") as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return target


def bundle(data: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return entries


def bundled(entries: list[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def lined(values: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)
