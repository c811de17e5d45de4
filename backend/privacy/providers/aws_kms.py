"""AWS KMS: a symmetric key, whose encryption context is where a tenant key belongs."""

from typing import Any, Final

from backend.privacy.errors import KeyServiceMissing, KeyServiceRefused, KeyUnreadable
from backend.privacy.providers.remote import ServiceBusy

_BUSY: Final = frozenset(
    {"ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "InternalFailure"}
)
_UNREADABLE: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_SECONDS: Final = 5


class AwsKms:
    """`key` is an id, an ARN or an alias; credentials come the ways that boto3 knows (role, profile, environment)."""

    name = "AWS KMS"

    def __init__(self, key: str, *, region: str | None = None, endpoint: str | None = None) -> None:
        try:
            import boto3  # noqa: PLC0415  an extra
            from botocore.config import Config  # noqa: PLC0415
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise KeyServiceMissing(service=self.name, extra="aws") from error
        self._refused = ClientError
        self._unreached = BotoCoreError
        config = Config(connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 1})
        self._client = boto3.client("kms", region_name=region, endpoint_url=endpoint, config=config)
        self._key = key

    def encrypt(self, key: bytes, context: dict[str, str]) -> bytes:
        answer = self._call("encrypt", KeyId=self._key, Plaintext=key, EncryptionContext=context)
        return bytes(answer["CiphertextBlob"])

    def decrypt(self, ciphertext: bytes, context: dict[str, str]) -> bytes:
        answer = self._call("decrypt", CiphertextBlob=ciphertext, EncryptionContext=context)
        return bytes(answer["Plaintext"])

    def renewed(self, ciphertext: bytes, context: dict[str, str]) -> bytes | None:
        """KMS does not say which version of a key a ciphertext has: all are encrypted again, under the key as set."""
        answer = self._call(
            "re_encrypt",
            CiphertextBlob=ciphertext,
            SourceEncryptionContext=context,
            DestinationKeyId=self._key,
            DestinationEncryptionContext=context,
        )
        return bytes(answer["CiphertextBlob"])

    def rotate(self) -> None:
        """New key material under the same id (on demand; KMS counts how often)."""
        key_id = self._call("describe_key", KeyId=self._key)["KeyMetadata"]["KeyId"]
        self._call("rotate_key_on_demand", KeyId=key_id)

    def _call(self, verb: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, verb)(**arguments)
        except self._refused as error:
            code = str(error.response["Error"]["Code"])
            if code in _BUSY:
                raise ServiceBusy(code) from None
            if code in _UNREADABLE:
                raise KeyUnreadable(kind="tenant key") from None
            raise KeyServiceRefused(service=self.name, key=self._key, problem=f"{verb}: {code}") from None
        except self._unreached as error:
            raise ServiceBusy(type(error).__name__) from None
