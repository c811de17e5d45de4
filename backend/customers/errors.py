"""What this capability refuses, and how to mend it. No message holds personal data."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class PartyNotFound(NotFound):
    code = "customer.party_not_found"
    text = "There is no such customer record, or you may not see it."


class RecordNotFound(NotFound):
    """A name, identifier, address … of a party."""

    code = "customer.record_not_found"
    text = "There is no such {what}, or you may not see it."


class InputInvalid(Invalid):
    code = "customer.input_invalid"
    text = "{field}: {problem}."


class FieldNotForKind(Invalid):
    code = "customer.field_not_for_kind"
    text = "{field}: a party of the kind “{kind}” has none; leave it out."


class DateInFuture(Invalid):
    code = "customer.date_in_future"
    text = "{field}: the day lies in the future; give the day it happened."


class DateTooEarly(Invalid):
    code = "customer.date_too_early"
    text = "{field}: the day is more than {years} years ago; check the century."


class EndsBeforeStart(Invalid):
    code = "customer.ends_before_start"
    text = "{field}: the end lies before the beginning; give a later day."


class PartyClosed(Conflict):
    code = "customer.party_closed"
    text = "This record was merged into another one and cannot be changed any more; open the one that continues it."


class PartyErased(PartyClosed):
    code = "customer.party_erased"
    text = "What was known of this person was erased; nothing can be recorded or begun any more."


class SourceTaken(Conflict):
    code = "customer.source_taken"
    text = "A record with this reference of the source system exists already; change that one instead."


class IdentifierTypeUnknown(Invalid):
    code = "customer.identifier_type_unknown"
    text = "{field}: “{type}” is no known type of identifier."


class IdentifierNotForKind(Invalid):
    code = "customer.identifier_not_for_kind"
    text = "{field}: an identifier of the type {type} does not belong to a party of the kind “{kind}”."


class IdentifierCountry(Invalid):
    code = "customer.identifier_country"
    text = "{field}: an identifier of the type {type} is issued by {country}; leave the country out or correct it."


class IdentifierCountryMissing(Invalid):
    code = "customer.identifier_country_missing"
    text = "{field}: name the country that issued an identifier of the type {type}."


class IdentifierLength(Invalid):
    code = "customer.identifier_length"
    text = "{field}: an identifier of the type {type} has another length; compare it with the document."


class IdentifierFormat(Invalid):
    code = "customer.identifier_format"
    text = "{field}: an identifier of the type {type} is written differently; compare it with the document."


class IdentifierCheckDigit(Invalid):
    code = "customer.identifier_check_digit"
    text = "{field}: the check digit of the {type} does not fit, so a sign was mistyped; compare it with the document."


class IdentifierComponent(Invalid):
    code = "customer.identifier_component"
    text = "{field}: the {type} holds a date, region or issuer that does not exist; compare it with the document."


class IdentifierContradicts(Invalid):
    """A birth number that names another day or gender than the one given."""

    code = "customer.identifier_contradicts"
    text = "{field}: the {type} names another {what} than the record; correct the one that is wrong."


class IdentifierRepeated(Conflict):
    code = "customer.identifier_repeated"
    text = "{field}: the record has this identifier already."


class PhoneUnreadable(Invalid):
    code = "customer.phone_unreadable"
    text = "{field}: this is no phone number; give it with its country, for example +420 601 123 456."


class PhoneImpossible(Invalid):
    code = "customer.phone_impossible"
    text = "{field}: no phone number of {region} looks like this; check its digits."


class EmailInvalid(Invalid):
    code = "customer.email_invalid"
    text = "{field}: this is no e-mail address; it has the form name@domain.example."


class ContactRepeated(Conflict):
    code = "customer.contact_repeated"
    text = "{field}: the record has this contact already."


class LegalNameNeeded(Conflict):
    code = "customer.legal_name_needed"
    text = "A record keeps its legal name until another one takes its place; add the new legal name instead."


class CountryTieRepeated(Conflict):
    code = "customer.country_tie_repeated"
    text = "{field}: the record has this country for this purpose already."


class TieToSelf(Invalid):
    code = "customer.tie_to_self"
    text = "{field}: nobody can be related to or own themselves; choose another party."


class RelationshipRepeated(Conflict):
    code = "customer.relationship_repeated"
    text = "This relationship is recorded already."


class PersonNotOwnable(Invalid):
    code = "customer.person_not_ownable"
    text = "{field}: a person cannot be owned or controlled by stakes; choose an organisation."


class StakesExceedWhole(Conflict):
    code = "customer.stakes_exceed_whole"
    text = "Together the recorded {kind} would exceed the whole of the organisation; end outdated ones first."


class RelationExists(Conflict):
    code = "customer.relation_exists"
    text = "This party is a customer already (number {number})."


class StageNotReachable(Conflict):
    code = "customer.stage_not_reachable"
    text = "A customer cannot go from {stage} to {target}; possible from here: {possible}."


class StageReasonUnknown(Invalid):
    code = "customer.stage_reason_unknown"
    text = "{field}: “{reason}” is no reason for this change; known are {known}."


class DocumentEmpty(Invalid):
    code = "document.empty"
    text = "{field}: the file is empty; choose another one."


class DocumentTooLarge(Invalid):
    code = "document.too_large"
    text = "{field}: the file has {size} bytes, but at most {largest} are accepted; scan it at a lower resolution."


class DocumentMediaType(Invalid):
    code = "document.media_type"
    text = "{field}: this is none of the accepted file formats ({accepted}); save it in one of these."


class DocumentTypeUnknown(Invalid):
    code = "document.type_unknown"
    text = "{field}: “{type}” is no known type of document."


class DocumentExpiryMissing(Invalid):
    code = "document.expiry_missing"
    text = "{field}: a document of the type {type} has a last day of validity; give it."


class DocumentRepeated(Conflict):
    code = "document.repeated"
    text = "The record holds this very file already (document {document_id})."


class DocumentContentHidden(Refused):
    code = "document.content_hidden"
    text = "You may not open the content of this customer's documents."


class DocumentDecided(Conflict):
    code = "document.decided"
    text = "This document was decided already (it is {status}); upload a new one."


class DocumentOutOfDate(Conflict):
    code = "document.out_of_date"
    text = "This document expired on {day} and cannot be accepted; ask for a valid one."


class DocumentReasonUnknown(Invalid):
    code = "document.reason_unknown"
    text = "{field}: “{reason}” is no reason for this decision; known are {known}."


class MergeState(Conflict):
    code = "merge.state"
    text = "This pair of records is {status}; that cannot be done with it now."


class MergeSamePartyTwice(Invalid):
    code = "merge.same_party_twice"
    text = "{field}: a record cannot be merged with itself; choose another one."


class MergeKinds(Conflict):
    code = "merge.kinds"
    text = "A person and an organisation cannot be one; these records cannot be merged."


class MergeSurvivor(Invalid):
    code = "merge.survivor"
    text = "{field}: the record that remains must be one of the two."


class MergeBlockedByCases(Refused):
    code = "merge.blocked_by_cases"
    text = "Both records have an open onboarding case; close or withdraw one of the cases first."
