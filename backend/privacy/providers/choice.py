"""Which key provider the settings ask for."""

from backend.core.settings import Settings
from backend.privacy.errors import KeyServiceUnset
from backend.privacy.providers.aws_kms import AwsKms
from backend.privacy.providers.base import KeyProvider
from backend.privacy.providers.environment import EnvironmentProvider
from backend.privacy.providers.local import LocalProvider
from backend.privacy.providers.remote import RemoteProvider
from backend.privacy.providers.vault_transit import VaultTransit


def provider_for(settings: Settings) -> KeyProvider:
    """Keys lie beside the embedded database's directory, never in a database."""
    directory = settings.data_dir / "keys"
    match settings.key_provider:
        case "environment":
            production = settings.environment == "production"
            return EnvironmentProvider(directory, production=production, allowed=settings.allow_environment_keys)
        case "vault":
            return RemoteProvider(directory, _vault(settings))
        case "aws_kms":
            return RemoteProvider(directory, _aws(settings))
        case _:
            return LocalProvider(directory)


def _vault(settings: Settings) -> VaultTransit:
    if settings.vault_url is None:
        raise KeyServiceUnset(service=VaultTransit.name, setting="TENURE_VAULT_URL")
    if settings.vault_token is None:
        raise KeyServiceUnset(service=VaultTransit.name, setting="TENURE_VAULT_TOKEN")
    token = settings.vault_token.get_secret_value()
    return VaultTransit(
        settings.vault_url, token, key=settings.vault_key, mount=settings.vault_mount, ca=settings.vault_ca
    )


def _aws(settings: Settings) -> AwsKms:
    if settings.aws_kms_key is None:
        raise KeyServiceUnset(service=AwsKms.name, setting="TENURE_AWS_KMS_KEY")
    return AwsKms(settings.aws_kms_key, region=settings.aws_kms_region, endpoint=settings.aws_kms_endpoint)
