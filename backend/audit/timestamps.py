"""Time-stamps by somebody else (RFC 3161): an authority signs that a head existed at a time of its own clock.

Each answer lies beside the heads in a file of its own, written once: `timestamps/<size>-<first 16 digits of its
SHA-256>.tsr`. What is stamped is the signed note, so it covers every entry up to its size. Needs the extra
`timestamps`; `openssl ts -verify` reads the same files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates

from backend.audit.errors import StampRefused, StampsMissing
from backend.core.settings import Settings

_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"
_TIMEOUT: Final = 30.0

Send = Callable[[bytes], bytes]
"""A DER request to the authority, its DER answer back."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One answer that verified: the size of the head it covers, and the authority's time."""

    size: int
    at: datetime
    file: str


@dataclass(frozen=True, slots=True)
class Stamps:
    directory: Path

    @classmethod
    def of(cls, settings: Settings) -> "Stamps":
        return cls(settings.data_dir / "log")

    def folder(self, tenant_id: UUID) -> Path:
        return self.directory / str(tenant_id) / "timestamps"

    def keep(self, tenant_id: UUID, size: int, answer: bytes) -> str:
        """Durable when it returns; a file that is there is never written again."""
        folder = self.folder(tenant_id)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{size}-{sha256(answer).hexdigest()[:16]}.tsr"
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(answer)
            file.flush()
            os.fsync(file.fileno())
        return name

    def all(self, tenant_id: UUID, up_to: int | None = None) -> Iterator[tuple[str, bytes]]:
        """Name and bytes, by the size of the head, of heads up to a size."""
        for path in sorted(self.folder(tenant_id).glob("*-*.tsr"), key=lambda path: (_size(path.name), path.name)):
            if up_to is None or _size(path.name) <= up_to:
                yield path.name, path.read_bytes()

    def newest(self, tenant_id: UUID) -> int:
        """The size of the largest head that was stamped; 0 when none was."""
        return max((_size(path.name) for path in self.folder(tenant_id).glob("*-*.tsr")), default=0)


def _size(name: str) -> int:
    return int(name.partition("-")[0])


def over_http(url: str) -> Send:
    """Raises StampRefused when the authority does not answer with a time-stamp."""

    def send(request: bytes) -> bytes:
        try:
            answer = httpx.post(url, content=request, headers={"content-type": _QUERY}, timeout=_TIMEOUT)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise StampRefused(problem=f"{url}: {error}") from error
        if answer.headers.get("content-type", "").partition(";")[0].strip() != _REPLY:
            raise StampRefused(problem=f"{url} answered with something else than a time-stamp")
        return answer.content

    return send


def request_stamp(note: bytes, send: Send, roots: Sequence[Certificate]) -> tuple[bytes, datetime]:
    """The authority's answer for a signed head and its time, verified against these roots and our own nonce.

    Raises StampsMissing without the extra, StampRefused for an answer that does not hold.
    """
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - the extra `timestamps`
    except ImportError:
        raise StampsMissing() from None
    asked = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = send(asked.as_bytes())
    return answer, verify_stamp(answer, note, roots, nonce=asked.nonce)


def certificates(path: Path) -> list[Certificate]:
    """The roots of an authority, from a PEM file."""
    return load_pem_x509_certificates(path.read_bytes())


def verify_stamp(answer: bytes, note: bytes, roots: Sequence[Certificate], nonce: int | None = None) -> datetime:
    """The time that the authority gives for this signed head. Raises StampsMissing, StampRefused."""
    try:
        from rfc3161_client import (  # noqa: PLC0415 - the extra `timestamps`
            VerificationError,
            VerifierBuilder,
            decode_timestamp_response,
        )
    except ImportError:
        raise StampsMissing() from None
    try:
        response = decode_timestamp_response(answer)
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(response, note)
    except (VerificationError, ValueError) as error:
        raise StampRefused(problem=str(error)) from error
    found: datetime = response.tst_info.gen_time
    return found


def check_all(
    stamps: Stamps, tenant_id: UUID, notes: Callable[[int], bytes | None], roots: Sequence[Certificate]
) -> tuple[list[Stamp], list[tuple[str, str]]]:
    """Those that hold for the heads they name, and (file, problem) of those that do not."""
    sound, broken = list[Stamp](), list[tuple[str, str]]()
    for name, answer in stamps.all(tenant_id):
        note = notes(_size(name))
        try:
            if note is None:
                raise StampRefused(problem="the log has no head of this size")
            sound.append(Stamp(_size(name), verify_stamp(answer, note, roots), name))
        except StampRefused as error:
            broken.append((name, str(error.params["problem"])))
    return sound, broken
