"""The keys that sign the logs: one file an institution in the data directory, mode 0600, never in the database.

The name in the key file is the log's origin, fixed when the key is made: an institution that changes its slug keeps
the log it has.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from backend.audit.errors import LogKeyMissing
from backend.audit.formats.note import SignerKey, VerifierKey
from backend.core.settings import Settings
from backend.privacy.providers.directory import KeyDirectory


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Opening it raises KeysExposed when others than the owner can reach the files."""

    directory: KeyDirectory
    origin: str

    @classmethod
    def of(cls, settings: Settings) -> "LogKeys":
        return cls(KeyDirectory(settings.data_dir / "keys"), settings.log_origin)

    def path(self, tenant_id: UUID) -> Path:
        return self.directory.path / _name(tenant_id)

    def exists(self, tenant_id: UUID) -> bool:
        return self.path(tenant_id).exists()

    def signer(self, tenant_id: UUID) -> SignerKey:
        """Raises LogKeyMissing, KeysExposed, and MalformedKey for a file that is none."""
        content = self.directory.read(_name(tenant_id))
        if content is None:
            raise LogKeyMissing(tenant=tenant_id, path=self.path(tenant_id))
        return SignerKey.parse(content.decode("ascii").strip())

    def create(self, tenant_id: UUID, slug: str) -> SignerKey:
        """The key of a log that is still empty; of two processes that both make one, the first one's stays."""
        key = SignerKey.generate(f"{self.origin}/{slug}")
        self.directory.create(_name(tenant_id), key.encode().encode() + b"\n")
        return self.signer(tenant_id)

    def verifier(self, tenant_id: UUID) -> VerifierKey:
        """The public half, to hand to auditors: `.encode()` is its printable form."""
        return self.signer(tenant_id).verifier


def _name(tenant_id: UUID) -> str:
    return f"log/{tenant_id}.key"
