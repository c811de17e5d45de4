"""What selling refuses. A sale that the rules refuse is no error: it is recorded, with its reasons."""

from backend.core.errors import Conflict, Invalid, NotFound


class SaleNotFound(NotFound):
    code = "sale.not_found"
    text = "There is no such sale, or you may not see it."


class WarningsNotHeeded(Invalid):
    code = "sale.warnings"
    text = "There are warnings against this sale; confirm that the customer was told of them."


class InsistenceMissing(Invalid):
    code = "sale.insistence"
    text = "This sale needs the customer's own declared wish: read the text to her and record her words in full."


class InsistenceTextOutdated(Invalid):
    code = "sale.insistence_text"
    text = "The text that was read out is version {read}; version {current} is in use."


class SaleNotProposed(Conflict):
    code = "sale.not_proposed"
    text = "The sale does not wait for a signature ({state})."


class SaleOver(Conflict):
    code = "sale.over"
    text = "The sale cannot be cancelled any more ({state})."


class SaleNoLongerAllowed(Conflict):
    code = "sale.no_longer_allowed"
    text = "The rules refuse this sale by now ({reasons}); decline it."


class AmountInvalid(Invalid):
    code = "sale.amount"
    text = "An amount is greater than zero, and in the currency of the product ({currency})."


class AmountMissing(Invalid):
    code = "sale.amount_missing"
    text = "Say how much is sold: this product needs an amount ({currency})."


class ChannelUnknown(Invalid):
    code = "sale.channel"
    text = "“{channel}” is no channel; known are {known}."
