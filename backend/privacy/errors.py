"""What can go wrong with keys, sealed values and blind indexes. No message holds a value, sealed or plain."""

from backend.core.errors import Conflict, Invalid, TenureError


class FieldUnreadable(TenureError):
    """The value was changed, or it belongs to another row, column, table, customer or tenant."""

    code = "privacy.field_unreadable"
    text = "The sealed value of {column} cannot be read: it was changed, or it belongs to another record."


class FieldMalformed(TenureError):
    code = "privacy.field_malformed"
    text = "The stored value of {column} is not a sealed value of a known format."


class FieldKeyMismatch(TenureError):
    code = "privacy.field_key_mismatch"
    text = "The value of {column} is sealed with key version {sealed_with}, but version {given} was given."


class FieldText(Invalid):
    """Lone surrogates have no UTF-8 form, so they can be neither sealed nor committed to."""

    code = "privacy.field_text"
    text = "The text given for {column} holds characters that are not valid Unicode."


class KeyUnreadable(TenureError):
    """A wrapped key that was changed, or belongs to another customer, tenant, epoch or root."""

    code = "privacy.key_unreadable"
    text = "A wrapped {kind} cannot be opened: it was changed, or it belongs elsewhere."


class DataKeyDestroyed(TenureError):
    code = "privacy.data_key_destroyed"
    text = "The data key of {owner_id} was destroyed; its personal data cannot be read again."


class DataKeyMissing(TenureError):
    code = "privacy.data_key_missing"
    text = "There is no open data key of version {version} for {owner_id}; load or create it first."


class TenantKeyMissing(TenureError):
    code = "privacy.tenant_key_missing"
    text = "The key provider holds no tenant key of epoch {epoch} for tenant {tenant_id}. Restore the key directory."


class TenantKeyDestroyed(TenureError):
    code = "privacy.tenant_key_destroyed"
    text = "The tenant key of epoch {epoch} of tenant {tenant_id} was destroyed; what it protected is gone."


class TenantKeyInUse(TenureError):
    code = "privacy.tenant_key_in_use"
    text = "Epoch {epoch} is the current one of tenant {tenant_id}. Start a new epoch and rewrap the data keys first."


class EpochOutOfOrder(TenureError):
    code = "privacy.epoch_out_of_order"
    text = "Epoch {epoch} cannot be started for tenant {tenant_id}: the next one is {expected}."


class EpochStillWraps(Conflict):
    code = "privacy.epoch_still_wraps"
    text = "Epoch {epoch} still protects the data keys of {keys} customers. Run `tenure keys rewrap` first."


class RotationUnderWay(Conflict):
    code = "privacy.rotation_under_way"
    text = "A rotation to version {target} is under way; it has to end before the next one begins."


class RootKeyUnknown(TenureError):
    code = "privacy.root_key_unknown"
    text = "A key in {path} is wrapped under root key {root}, which is not configured. Give it as a previous root key."


class RootKeyMalformed(TenureError):
    code = "privacy.root_key_malformed"
    text = "The root key in {source} must be 32 bytes in base64. `openssl rand -base64 32` makes one."


class RootKeyMissing(TenureError):
    code = "privacy.root_key_missing"
    text = "There is no root key in {source}. `openssl rand -base64 32` makes one; keep a copy apart from the database."


class EnvironmentKeyRefused(TenureError):
    """Environments are inherited by child processes and shown by crash reports and process lists."""

    code = "privacy.environment_key_refused"
    text = "A root key from the environment is refused in production. Use another key provider, or allow it explicitly."


class KeyServiceMissing(TenureError):
    code = "privacy.key_service_missing"
    text = "The library of {service} is not installed. Install Tenure with its extra: tenure[{extra}]."


class KeyServiceUnset(TenureError):
    code = "privacy.key_service_unset"
    text = "Keys are to come from {service}, but {setting} is not set."


class KeyServiceUnavailable(TenureError):
    code = "privacy.key_service_unavailable"
    text = "{service} was not reached after several tries ({problem}). Personal data stays closed until it answers."


class KeyServiceRefused(TenureError):
    code = "privacy.key_service_refused"
    text = "{service} refused the key “{key}”: {problem}. Check the key's name and what these credentials may do."


class KeysExposed(TenureError):
    code = "privacy.keys_exposed"
    text = "{path} has mode {mode}, so other users can reach the keys. Run: chmod {wanted} {path}"


class KeysNotOurs(TenureError):
    code = "privacy.keys_not_ours"
    text = "{path} belongs to user {owner}, not to the user {user} that runs Tenure. Change its owner."


class IndexRefused(TenureError):
    """With two or three values, equal tags are the value itself."""

    code = "privacy.index_refused"
    text = "{column} has only {distinct} distinct values; a blind index would reveal them."


class NotIndexable(Invalid):
    code = "privacy.not_indexable"
    text = "The value given for {column} is not a valid {transform}."


class BlobUnreadable(TenureError):
    """Changed, cut short, reordered, or sealed for another document, customer or tenant."""

    code = "privacy.blob_unreadable"
    text = "The sealed document {document_id} cannot be read: it was changed or cut short, or it is another document."


class BlobMalformed(TenureError):
    code = "privacy.blob_malformed"
    text = "What is stored for document {document_id} is not a sealed document of a known format."


class BlobKeyMismatch(TenureError):
    code = "privacy.blob_key_mismatch"
    text = "Document {document_id} is sealed with key version {sealed_with}, but version {given} was given."
