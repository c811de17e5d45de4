"""What the log refuses."""

from backend.core.errors import Conflict, Refused


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
