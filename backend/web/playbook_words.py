"""What the pages of playbooks and offers call things."""

from typing import Final

PLAYBOOK_LABELS: Final[dict[str, dict[str, str]]] = {
    "playbook_arm": {"treated": "Treated", "control": "Left alone"},
    "playbook_status": {"running": "Under way", "finished": "Finished", "stopped": "Ended early"},
    "playbook_verdict": {
        "no_control": "Nobody is left alone, so no effect can be measured",
        "too_small": "Too few customers have gone through to tell",
        "open": "No difference is shown yet",
        "helps": "It helps",
        "harms": "It does harm",
    },
    "playbook_step": {"message": "Message", "task": "Task", "call": "Call", "wait": "Wait", "branch": "Fork"},
    "playbook_trigger": {
        "stage": "Comes into a stage",
        "segment": "Comes into a segment",
        "warned": "Comes on the watch list",
        "anniversary": "Anniversary of the relationship",
        "person": "Enrolled by a colleague",
    },
    "playbook_outcome": {
        "open": "Under way",
        "sent": "Sent",
        "refused": "Not sent",
        "unanswered": "Not answered in time",
        "withdrawn": "Withdrawn",
        "passed": "Passed",
    },
    "playbook_end": {
        "goal": "Goal reached",
        "complaint": "Complained",
        "opt_out": "Does not wish it",
        "stage_left": "Left the stage",
        "taken_out": "Taken out by a colleague",
        "erased": "Erased",
        "finished": "All steps taken",
        "stopped": "Ended early",
    },
    "contact_reason": {
        "consent_missing": "No consent",
        "consent_withdrawn": "Consent withdrawn",
        "consent_expired": "Consent ran out",
        "no_address": "No address",
        "address_closed": "Address does not work",
        "address_unconfirmed": "Address not confirmed",
        "channel_unfit": "The channel does not fit",
        "no_contact": "Does not wish to be contacted",
        "objected": "Objected to it",
        "restricted": "Processing is restricted",
        "complaint_open": "A complaint is open",
        "cap_reached": "Contacted often enough",
        "deceased": "Deceased",
        "exited": "The relationship is over",
        "contact.template_not_found": "The template is not approved",
    },
    "offer_answer": {"accepted": "Accepted", "declined": "Declined", "later": "Later"},
    "offer_basis": {"model": "Model", "base_rate": "Base rate"},
}

PLAYBOOK_NOTICES: Final[dict[str, str]] = {
    "playbook.enrolled": "The customer was enrolled; the first step follows within minutes.",
    "playbook.answered": "The answer was recorded, and the course goes on.",
    "playbook.taken_out": "The customer was taken out; nothing more is done.",
    "playbook.paused": "The playbook is paused.",
    "playbook.resumed": "The playbook goes on.",
    "offer.answered": "The answer was recorded and counts from now on.",
}

PLAYBOOK_TONES: Final[dict[str, frozenset[str]]] = {
    "ok": frozenset({"helps", "goal"}),
    "bad": frozenset({"harms"}),
}
