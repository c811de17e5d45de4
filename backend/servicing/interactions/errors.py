"""What contact with customers refuses, and why."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class InteractionNotFound(NotFound):
    code = "contact.not_found"
    text = "There is no such contact, or you may not see it."


class PurposeUnknown(Invalid):
    code = "contact.purpose_unknown"
    text = "“{purpose}” is no purpose of contact; known are {known}."


class ChannelUnknown(Invalid):
    code = "contact.channel_unknown"
    text = "“{channel}” is no channel for this purpose; known are {known}."


class TopicUnknown(Invalid):
    code = "contact.topic_unknown"
    text = "“{topic}” is none of the subjects of the rule-set: {known}."


class TemplateNotFound(NotFound):
    code = "contact.template_not_found"
    text = "There is no such template in force."


class TemplatePurpose(Invalid):
    code = "contact.template_purpose"
    text = "The template “{template}” is for the purpose {purpose}."


class TemplateNotOpen(Conflict):
    code = "contact.template_state"
    text = "A template that is {state} does not allow this."


class TemplateOpen(Conflict):
    code = "contact.template_open"
    text = "A version of this template waits for a decision already."


class TemplateAuthor(Refused):
    code = "contact.template_author"
    text = "Whoever wrote a text does not approve it."


class TemplateIncomplete(Invalid):
    code = "contact.template_incomplete"
    text = "A template has a code, a text in both languages and at least one channel."


class MergeFieldUnknown(Invalid):
    code = "contact.merge_unknown"
    text = "There is no merge field {fields}; known are {known}."


class MergeFieldMissing(Invalid):
    code = "contact.merge_missing"
    text = "The text names {fields}, for which nothing was given."


class TextMissing(Invalid):
    code = "contact.text_missing"
    text = "Write what is to be said, or what was said."


class TextTooLong(Invalid):
    code = "contact.text_long"
    text = "By this channel a text has at most {longest} characters; this one has {length}."


class FreeTextNotAllowed(Refused):
    code = "contact.free_text"
    text = "For this purpose only approved templates are sent."


class TooManyAsked(Invalid):
    code = "contact.too_many"
    text = "At most {most} customers are asked about at once."


class ContactRefused(Refused):
    code = "contact.refused"
    text = "The customer may not be contacted like this, as things stand."


class MomentOutOfRange(Invalid):
    code = "contact.moment"
    text = "A contact is entered at most {days} days after it took place, and not before it does."


class StateForbids(Conflict):
    code = "contact.state"
    text = "A message that is {state} does not allow this."


class ReferenceMissing(Invalid):
    code = "contact.reference"
    text = "A message names what it answers to, so that it is never sent twice."


class AddressUnknown(NotFound):
    code = "contact.address_unknown"
    text = "There is no such address on the customer's record."


class BarRepeated(Conflict):
    code = "contact.barred"
    text = "This is recorded already."


class BarNotOpen(Conflict):
    code = "contact.bar_over"
    text = "This has ended already."


class SignatureWrong(Refused):
    code = "contact.signature"
    text = "The message is not signed by whoever it says it comes from."
