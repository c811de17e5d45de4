"""Which key provider the settings ask for."""

from backend.core.settings import Settings
from backend.privacy.providers.base import KeyProvider
from backend.privacy.providers.environment import EnvironmentProvider
from backend.privacy.providers.local import LocalProvider


def provider_for(settings: Settings) -> KeyProvider:
    """Keys lie beside the embedded database's directory, never in a database."""
    directory = settings.data_dir / "keys"
    if settings.key_provider == "environment":
        return EnvironmentProvider(
            directory, production=settings.environment == "production", allowed=settings.allow_environment_keys
        )
    return LocalProvider(directory)
