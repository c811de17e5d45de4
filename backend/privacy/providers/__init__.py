"""Where tenant keys live. What a provider destroys is gone, also from every backup of the database."""

from backend.privacy.providers.base import KeyProvider
from backend.privacy.providers.environment import EnvironmentProvider
from backend.privacy.providers.local import LocalProvider

__all__ = ["EnvironmentProvider", "KeyProvider", "LocalProvider"]
