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
    second_factor: Literal["by_rule", "optional"] | None = None
    oidc_issuer: str | None = None
    oidc_name: str = "OpenID Connect"
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_tenant: str | None = None
    oidc_scope: str = "openid email profile"
    oidc_login_claim: str = "email"
    oidc_second_factor: frozenset[str] = frozenset({"mfa", "otp", "hwk", "swk", "fido", "sc"})
    oidc_acr: str | None = None
    oidc_groups_claim: str = "groups"
    oidc_group_roles: dict[str, str] = {}
    max_upload_bytes: int = Field(default=20 * 1024 * 1024, ge=1024)
    max_list_bytes: int = Field(default=128 * 1024 * 1024, ge=1024)
    policies_dir: Path | None = None
    key_provider: Literal["local", "environment", "vault", "aws_kms"] = "local"
    allow_environment_keys: bool = False
    vault_url: str | None = None
    vault_token: SecretStr | None = None
    vault_key: str = "tenure"
    vault_mount: str = "transit"
    vault_ca: str | None = None
    aws_kms_key: str | None = None
    aws_kms_region: str | None = None
    aws_kms_endpoint: str | None = None
    log_origin: str = "tenure"
    publish_log: bool = False
    timestamp_url: str | None = None
    timestamp_roots: Path | None = None
    timestamp_cron: str = "40 * * * *"
    report_days: int = Field(default=7, ge=1, le=90)
    smtp_host: str | None = None
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_sender: str = "no-reply@localhost.localdomain"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: bool = False
    contact_folder: Path | None = None
    contact_files: frozenset[str] = frozenset()
    contact_webhooks: dict[str, str] = {}
    contact_secrets: dict[str, SecretStr] = {}

    @cached_property
    def policies(self) -> Path:
        return self.policies_dir or _beside("policies")

    @cached_property
    def operations(self) -> Path:
        return _beside("graphql")

    @property
    def asks_second_factor(self) -> bool:
        """What the rule-set asks of roles is asked, unless a development machine leaves it open."""
        return (self.second_factor or ("optional" if self.environment == "development" else "by_rule")) == "by_rule"

    @property
    def base_url(self) -> str:
        """Where others reach us; never taken from a request, whose Host header anybody can write."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embedded(self) -> bool:
        return self.database_url is None


def _beside(name: str) -> Path:
    """In a wheel the folder was packed into the package, whose neighbour `graphql` is then a library; in a checkout it
    stands beside it."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
