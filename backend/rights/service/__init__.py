"""One verb per use case: requests of data subjects, legal holds, retention, erasure."""

from backend.rights.service.erasing import advance
from backend.rights.service.handing_out import Handed, certificate_for, package_for
from backend.rights.service.holds import confirm_hold, keep_hold, lift_hold, place_hold, propose_lift, reject_hold
from backend.rights.service.offering import actions
from backend.rights.service.requests import (
    RequestInput,
    approve_erasure,
    extend,
    fulfil,
    identify,
    propose_erasure,
    receive,
    refuse,
    return_erasure,
    take_up_deferred,
    watch,
    withdraw,
)
from backend.rights.service.retention import approve_batch, carry_out, compute_due, exclude, propose_due, reject_batch

__all__ = [
    "Handed",
    "RequestInput",
    "actions",
    "advance",
    "approve_batch",
    "approve_erasure",
    "carry_out",
    "certificate_for",
    "compute_due",
    "confirm_hold",
    "exclude",
    "extend",
    "fulfil",
    "identify",
    "keep_hold",
    "lift_hold",
    "package_for",
    "place_hold",
    "propose_due",
    "propose_erasure",
    "propose_lift",
    "receive",
    "refuse",
    "reject_batch",
    "reject_hold",
    "return_erasure",
    "take_up_deferred",
    "watch",
    "withdraw",
]
