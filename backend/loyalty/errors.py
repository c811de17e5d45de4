"""What the loyalty programme refuses, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class MemberNotFound(NotFound):
    code = "loyalty.not_member"
    text = "This customer is no member of the programme, or you may not see it."


class PostingNotFound(NotFound):
    code = "loyalty.posting_not_found"
    text = "There is no such entry of points, or you may not see it."


class CareStepNotFound(NotFound):
    code = "loyalty.care_step_not_found"
    text = "There is no such step of care, or you may not see it."


class AlreadyMember(Conflict):
    code = "loyalty.already_member"
    text = "This customer is a member already."


class MemberLeft(Conflict):
    code = "loyalty.left"
    text = "This member has left the programme."


class ConsentMissing(Conflict):
    code = "loyalty.consent"
    text = "Membership rests on consent; record it, with the text that the customer read and the evidence."


class EarnCodeUnknown(Invalid):
    code = "loyalty.earn_code"
    text = "“{given}” earns no points; these do: {known}."


class ProductEarnsNothing(Invalid):
    code = "loyalty.product"
    text = "Points for this are earned with these products: {known}; {product} is none of them."


class CurrencyEarnsNothing(Invalid):
    code = "loyalty.currency"
    text = "Points for this are earned by an amount in one of these currencies: {known}."


class NothingEarned(Conflict):
    code = "loyalty.nothing_earned"
    text = "This earns no points: the amount is too small, or the month's limit is reached."


class RewardUnknown(Invalid):
    code = "loyalty.reward"
    text = "“{given}” cannot be had for points; these can: {known}."


class RewardUnavailable(Invalid):
    code = "loyalty.reward_points"
    text = "This takes at least {least} points, in steps of {step}."


class NotEnoughPoints(Conflict):
    code = "loyalty.not_enough"
    text = "The member has {available} points; this takes {points}."


class DayOutOfRange(Invalid):
    code = "loyalty.day"
    text = "Points are booked for a day in the last {days} days, and not after today."


class ReferenceUnreadable(Invalid):
    code = "loyalty.reference"
    text = "A reference has 1 to 80 letters, digits and . _ : / - and nothing else."


class ReferenceReused(Conflict):
    code = "loyalty.reference_reused"
    text = "Something else was booked for this member under this reference."


class AlreadyReversed(Conflict):
    code = "loyalty.already_reversed"
    text = "This was reversed already."


class NotReversible(Conflict):
    code = "loyalty.not_reversible"
    text = "Only points that were earned or spent can be reversed."


class ReversalUnknown(Invalid):
    code = "loyalty.reversal"
    text = "“{given}” is no reason to reverse points; these are: {known}."


class CareStepClosed(Conflict):
    code = "loyalty.care_step_closed"
    text = "This step of care is done or was dropped."
