"""What the log refuses."""

from backend.core.errors import Conflict, NotFound, Refused


class UnauditedWrite(Refused):
    code = "audit.unaudited_write"
    text = "A change to {table} names no audit entry; nothing was written."


class StaleRecord(Conflict):
    code = "audit.stale_record"
    text = "Somebody else changed this record in the meantime. Load it again and repeat your change."


class SequencerFenced(Conflict):
    code = "audit.sequencer_fenced"
    text = "Another sequencer has moved the log of institution {tenant} on; this one stops."


class LogBroken(Conflict):
    code = "audit.log_broken"
    text = "The log of institution {tenant} does not verify: {problem}"


class LogKeyMissing(Conflict):
    code = "audit.log_key_missing"
    text = "The key {path} that signs the log of institution {tenant} is gone. Bring it back; a new key cannot go on."


class NotInLog(NotFound):
    code = "audit.not_in_log"
    text = "Entry {entry} is not covered by a signed checkpoint yet."


class NoSuchCheckpoint(NotFound):
    code = "audit.no_such_checkpoint"
    text = "The log has no checkpoint of size {size}."


class UnknownRecord(NotFound):
    code = "audit.unknown_record"
    text = "There is no audited table {table}."


class NoHead(NotFound):
    code = "audit.no_head"
    text = "The log has no signed head yet: nothing was logged."


class FileThere(Conflict):
    code = "audit.file_there"
    text = "{path} is there already; nothing was written."


class EntryUnknown(NotFound):
    code = "audit.entry_unknown"
    text = "There is no such entry about this record."


class NotDecided(NotFound):
    code = "audit.not_decided"
    text = "No decision about this record stands in the signed log yet."


class StampRefused(Conflict):
    code = "audit.stamp_refused"
    text = "The time-stamp does not hold: {problem}"


class StampsMissing(Conflict):
    code = "audit.stamps_missing"
    text = "Time-stamps need the extra `timestamps` of Tenure, which is not installed."


class HeadsChanged(Conflict):
    code = "audit.heads_changed"
    text = "The file of signed heads {path} was changed or cut since it was last written; the log does not go on."
