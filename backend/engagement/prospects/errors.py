"""What prospects refuse."""

from backend.core.errors import Conflict, Invalid, NotFound


class ProspectNotFound(NotFound):
    code = "prospect.not_found"
    text = "There is no such prospect, or you may not see it."


class ProspectEnded(Conflict):
    code = "prospect.ended"
    text = "This prospect was converted or closed already."


class ProspectOpen(Conflict):
    code = "prospect.open"
    text = "This person or organisation is followed up as a prospect already."


class AlreadyCustomer(Conflict):
    code = "prospect.already_customer"
    text = "This person or organisation is a customer already."


class CampaignUnknown(Invalid):
    code = "prospect.campaign_unknown"
    text = "No campaign “{campaign}” runs on {day}."


class SourceIncomplete(Invalid):
    code = "prospect.source_incomplete"
    text = "A prospect from a campaign names the campaign, one whom a customer told of the customer; others neither."


class ReferrerUnknown(Invalid):
    code = "prospect.referrer_unknown"
    text = "The customer who told of the prospect is not on record, or you may not see them."


class WordUnknown(Invalid):
    code = "prospect.word_unknown"
    text = "There is no “{word}”; choose one of: {known}."


class ProductUnknown(Invalid):
    code = "prospect.product_unknown"
    text = "There is no product “{product}”."


class NextStepPast(Invalid):
    code = "prospect.next_step_past"
    text = "The next step cannot lie in the past."


class ProspectWordsTooLong(Invalid):
    code = "prospect.words_too_long"
    text = "A note has at most {limit} characters."


class NoApplications(Conflict):
    code = "prospect.no_applications"
    text = "Applications cannot be opened here; nothing was changed."


class ReachMissing(Invalid):
    code = "prospect.reach_missing"
    text = "Leave an e-mail address or a phone number, so that somebody can answer."
