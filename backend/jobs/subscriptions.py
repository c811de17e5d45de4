"""Which jobs hear of which event, and what those do that are about one record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.jobs import (
    approval_work,
    complaints,
    contact,
    erased,
    list_work,
    loyalty,
    offers,
    playbooks,
    product_reviews,
    prospect_work,
    reviewing,
    screening,
    selling_work,
)
from backend.jobs.alert_work import place_work
from backend.jobs.emergencies import follow
from backend.jobs.rating import rate_changed
from backend.jobs.scoring import place_work as place_model_work
from backend.onboarding import service as onboarding

_RECOMPUTE = ("onboarding.recompute",)
_CHANGED = ("onboarding.recompute", "risk.rate", "screening.party")
_RATE = ("risk.rate",)
_ALERTS = ("screening.work",)
_REVIEW = ("reviews.look",)
_SELLING = ("selling.work",)
_ASSESSED = (*_SELLING, *_RECOMPUTE)
_SETTLED = ("screening.work", "screening.party", "onboarding.recompute", "risk.rate")
_RULES = ("governance.approval_work",)
_ROLE = ("access.role_work",)
_RESET = ("access.reset_work",)
_COMPLAINT = ("complaints.work",)
_CONTACT = ("contact.work",)
_CLOSED = (*_COMPLAINT, "feedback.complained")
_SOLD = (*_SELLING, "feedback.sold")
_APPROVED = (*_REVIEW, "feedback.onboarded")
_MODEL = ("models.work",)
_PLAYBOOKS = ("playbooks.look",)
_CONFIRMED = (*_SOLD, "offers.tie_sales")
_PROSPECT = ("prospects.work",)
SUBSCRIBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ruleset.proposed": _RULES,
    "ruleset.taken_back": _RULES,
    "ruleset.approved": _RULES,
    "ruleset.rejected": _RULES,
    "ruleset.withdrawn": _RULES,
    "role.proposed": _ROLE,
    "role.decided": _ROLE,
    "factor_reset.proposed": _RESET,
    "factor_reset.decided": _RESET,
    "emergency.opened": ("access.emergency_review",),
    "emergency.reviewed": ("access.emergency_review",),
    "party.recorded": ("screening.party",),
    "party.changed": (*_CHANGED, "suitability.reconsider"),
    "party.tied": _CHANGED,
    "party.untied": _CHANGED,
    "party.merged": (*_CHANGED, *_REVIEW),
    "ownership.changed": (*_CHANGED, *_REVIEW),
    "document.uploaded": _RECOMPUTE,
    "document.verified": _CHANGED,
    "document.expired": (*_CHANGED, *_REVIEW),
    "screening.alerted": ("screening.work", "screening.party", "onboarding.recompute"),
    "screening.list_loaded": ("screening.lists", "screening.list_work"),
    "screening.list_checked": ("screening.list_work",),
    "screening.list_refused": ("screening.list_work",),
    "screening.list_stale": ("screening.list_work",),
    "screening.moved": _ALERTS,
    "screening.settled": _SETTLED,
    "screening.matched": (*_SETTLED, *_REVIEW),
    "screening.unmatched": _SETTLED,
    "assessment.taken": _ASSESSED,
    "assessment.due": _SELLING,
    "assessment.expired": _ASSESSED,
    "assessment.withdrawn": _ASSESSED,
    "sale.proposed": _SELLING,
    "sale.confirmed": _CONFIRMED,
    "sale.cancelled": _SELLING,
    "rating.changed": _REVIEW,
    "rating.override_expired": _REVIEW,
    "risk.finding_recorded": _REVIEW,
    "rating.override_reopened": _REVIEW,
    "onboarding.approved": _APPROVED,
    "customer.stage_changed": (*_REVIEW, *_PLAYBOOKS),
    "customer.warned": _PLAYBOOKS,
    "customer.shredded": (*_PLAYBOOKS, "rights.close_erased"),
    "product.moved": ("product_reviews.look",),
    "product_review.pack_requested": ("product_reviews.compute",),
    "behaviour.flagged": (*_REVIEW, *_RATE),
    "consent.changed": ("loyalty.consent", *_PLAYBOOKS),
    "loyalty.care_closed": ("loyalty.close_work",),
    "interaction.stuck": _CONTACT,
    "interaction.failed": _CONTACT,
    "interaction.settled": _CONTACT,
    "complaint.received": (*_COMPLAINT, "playbooks.complained"),
    "complaint.assigned": _COMPLAINT,
    "complaint.investigating": _COMPLAINT,
    "complaint.reclassified": _COMPLAINT,
    "complaint.extended": _COMPLAINT,
    "complaint.paused": _COMPLAINT,
    "complaint.resumed": _COMPLAINT,
    "complaint.decided": _COMPLAINT,
    "complaint.letter_sent": _COMPLAINT,
    "complaint.due_soon": _COMPLAINT,
    "complaint.breached": _COMPLAINT,
    "complaint.closed": _CLOSED,
    "complaint.reopened": _COMPLAINT,
    "complaint.withdrawn": _COMPLAINT,
    "prospect.recorded": _PROSPECT,
    "prospect.followed_up": _PROSPECT,
    "prospect.converted": _PROSPECT,
    "prospect.lost": _PROSPECT,
    "customer.assigned": ("prospects.assigned",),
    "model.training_requested": ("models.train",),
    "model.submitted": _MODEL,
    "model.validated": _MODEL,
    "model.rejected": _MODEL,
    "model.confirmed": _MODEL,
    "model.retired": _MODEL,
    "model.breached": _MODEL,
    "model.watched": _MODEL,
}
"""Which jobs hear of which event; an open case looks again at whatever changed about its party."""
FOLLOWED: Final[Mapping[str, Callable[[Context, UUID], Awaitable[object]]]] = {
    "onboarding.recompute": onboarding.recompute_party,
    "product_reviews.look": product_reviews.look,
    "reviews.look": reviewing.look,
    "risk.rate": rate_changed,
    "screening.list_work": list_work.place_work,
    "screening.party": screening.screen_changed,
    "screening.work": place_work,
    "selling.work": selling_work.place_work,
    "suitability.reconsider": selling_work.reconsider,
    "access.emergency_review": follow,
    "rights.close_erased": erased.close,
    "access.role_work": approval_work.follow_role,
    "access.reset_work": approval_work.follow_reset,
    "governance.approval_work": approval_work.follow_rules,
    "complaints.work": complaints.place_work,
    "contact.work": contact.place_work,
    "playbooks.look": playbooks.look,
    "playbooks.complained": playbooks.complained,
    "offers.tie_sales": offers.tie_sales,
    "models.work": place_model_work,
    "prospects.work": prospect_work.follow,
    "prospects.assigned": prospect_work.follow_assigned,
    "loyalty.close_work": loyalty.close_work,
    "loyalty.consent": loyalty.follow_consent,
}
"""Jobs about one record, each a use case of the platform itself."""
