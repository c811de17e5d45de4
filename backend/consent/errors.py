"""What consent refuses."""

from backend.core.errors import Conflict, Invalid


class PurposeUnknown(Invalid):
    code = "consent.purpose_unknown"
    text = "“{purpose}” is no purpose of the rule-set; known are {known}."


class PurposeNeedsNoConsent(Invalid):
    code = "consent.not_asked_for"
    text = "The purpose “{purpose}” does not rest on consent here; no consent is recorded for it."


class ChannelUnknown(Invalid):
    code = "consent.channel_unknown"
    text = "“{channel}” is no channel of the purpose “{purpose}”; known are {known}."


class TextVersionUnknown(Invalid):
    code = "consent.text_unknown"
    text = "The purpose “{purpose}” has no text of version {version} that was in use on {day}."


class EvidenceUnknown(Invalid):
    code = "consent.evidence_unknown"
    text = "“{evidence}” is no kind of evidence; known are {known}."


class EvidenceDocumentMissing(Invalid):
    code = "consent.evidence_document"
    text = "This kind of evidence needs a document on the customer's record."


class ConsentInFuture(Invalid):
    code = "consent.future"
    text = "A consent cannot be given or withdrawn at a time that has not come."


class ConsentNotInForce(Conflict):
    code = "consent.not_in_force"
    text = "There is no consent in force that could be withdrawn."
