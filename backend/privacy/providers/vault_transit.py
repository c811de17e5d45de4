"""HashiCorp Vault's transit engine: a derived AES-256-GCM key, whose context is where a tenant key belongs."""

import base64
import json
from typing import Any, Final

from backend.privacy.errors import KeyServiceMissing, KeyServiceRefused, KeyUnreadable
from backend.privacy.providers.remote import ServiceBusy

_TIMEOUT: Final = 5.0


class VaultTransit:
    """`key` is made on first use where the token may; the token needs encrypt, decrypt, rewrap, read (and rotate)."""

    name = "Vault"

    def __init__(
        self, url: str, token: str, *, key: str = "tenure", mount: str = "transit", ca: str | None = None
    ) -> None:
        try:
            import hvac  # noqa: PLC0415  an extra
            import requests  # noqa: PLC0415  hvac's own
        except ImportError as error:
            raise KeyServiceMissing(service=self.name, extra="vault") from error
        self._errors = hvac.exceptions
        self._unreached = requests.exceptions.RequestException
        self._client = hvac.Client(url=url, token=token, timeout=_TIMEOUT, verify=ca or True)
        self._key = key
        self._mount = mount

    def encrypt(self, key: bytes, context: dict[str, str]) -> bytes:
        self._create()
        answer = self._call("encrypt_data", plaintext=_text(key), context=_bound(context))
        return str(answer["data"]["ciphertext"]).encode()

    def decrypt(self, ciphertext: bytes, context: dict[str, str]) -> bytes:
        answer = self._call("decrypt_data", ciphertext=ciphertext.decode("ascii"), context=_bound(context))
        return base64.b64decode(answer["data"]["plaintext"])

    def renewed(self, ciphertext: bytes, context: dict[str, str]) -> bytes | None:
        newest = self._call("read_key")["data"]["latest_version"]
        text = ciphertext.decode("ascii")
        if text.startswith(f"vault:v{newest}:"):
            return None
        answer = self._call("rewrap_data", ciphertext=text, context=_bound(context))
        return str(answer["data"]["ciphertext"]).encode()

    def rotate(self) -> None:
        self._call("rotate_key")

    def _create(self) -> None:
        """Harmless where the key exists; Vault answers so."""
        self._call("create_key", key_type="aes256-gcm96", derived=True)

    def _call(self, verb: str, **arguments: Any) -> Any:
        try:
            method = getattr(self._client.secrets.transit, verb)
            return method(name=self._key, mount_point=self._mount, **arguments)
        except (self._errors.VaultDown, self._errors.InternalServerError, self._errors.RateLimitExceeded) as error:
            raise ServiceBusy(_words(error)) from None
        except self._errors.Forbidden:
            raise KeyServiceRefused(service=self.name, key=self._key, problem=f"the token may not {verb}") from None
        except self._errors.InvalidRequest as error:
            if verb in ("decrypt_data", "rewrap_data"):
                raise KeyUnreadable(kind="tenant key") from None
            raise KeyServiceRefused(service=self.name, key=self._key, problem=_words(error)) from None
        except self._errors.VaultError as error:
            raise KeyServiceRefused(service=self.name, key=self._key, problem=_words(error)) from None
        except self._unreached as error:
            raise ServiceBusy(type(error).__name__) from None


def _words(error: Exception) -> str:
    return str(error).split(", on ")[0]


def _bound(context: dict[str, str]) -> str:
    return _text(json.dumps(context, sort_keys=True).encode())


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
