"""Settings from the environment (TENURE_…), secrets also from files in TENURE_SECRETS_DIR."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="TENURE_",
        secrets_dir=os.environ.get("TENURE_SECRETS_DIR"),
        extra="ignore",
        populate_by_name=True,
    )

    environment: Literal["development", "production"] = "development"
    data_dir: Path = Path(".tenure")
    database_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "TENURE_DATABASE_URL")
    )
    database_owner_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_OWNER_URL", "TENURE_DATABASE_OWNER_URL")
    )
    database_log_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_LOG_URL", "TENURE_DATABASE_LOG_URL")
    )
    pool_size: int = Field(default=10, ge=1)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    cookie_secure: bool = True
    session_hours: int = Field(default=8, ge=1, le=24)
    max_upload_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    policies_dir: Path | None = None
    key_provider: Literal["local", "environment"] = "local"
    allow_environment_keys: bool = False
    log_origin: str = "tenure"

    @cached_property
    def policies(self) -> Path:
        return self.policies_dir or _beside("policies")

    @cached_property
    def operations(self) -> Path:
        return _beside("graphql")

    @property
    def embedded(self) -> bool:
        return self.database_url is None


def _beside(name: str) -> Path:
    """In a wheel the folder was packed into the package, whose neighbour `graphql` is then a library; in a checkout it
    stands beside it."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
