"""What the catalogue refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, Refused


class ProductNotFound(NotFound):
    code = "product.not_found"
    text = "There is no such product."


class VersionNotFound(NotFound):
    code = "product.version_not_found"
    text = "There is no such version of a product."


class ContentNotFound(NotFound):
    code = "product.content_not_found"
    text = "There is no such document of a product."


class ProductCodeTaken(Conflict):
    code = "product.code_taken"
    text = "There is a product with the code “{product}” already."


class ProductCodeInvalid(Invalid):
    code = "product.code_invalid"
    text = "A code begins with a small letter and holds small letters, digits, - and _, 64 at most."


class DefinitionBroken(Invalid):
    code = "product.definition"
    text = "The definition cannot be used: {problem}"


class KindFixed(Conflict):
    code = "product.kind_fixed"
    text = "The kind of a product does not change from version to version."


class DraftMissing(Conflict):
    code = "product.no_draft"
    text = "The product has no version in preparation; begin a new one."


class DraftExists(Conflict):
    code = "product.draft_exists"
    text = "A version of this product is in preparation already."


class ProductStateForbids(Conflict):
    code = "product.state"
    text = "A product in the state “{state}” does not allow this ({verb})."


class NoSuchStep(Conflict):
    code = "product.no_step"
    text = "The rules know no step from “{origin}” to “{target}” for this product."


class MoveOpen(Conflict):
    code = "product.move_open"
    text = "A step of this product waits for its signatures; finish it or take it back first."


class NoMoveOpen(Conflict):
    code = "product.no_move"
    text = "No step of this product waits for anything."


class GateClosed(Conflict):
    code = "product.gate_closed"
    text = "The step cannot be taken yet: {missing}."


class ArtefactUnknown(Invalid):
    code = "product.artefact_unknown"
    text = "The rules know no artefact “{kind}”."


class ArtefactRefused(Invalid):
    code = "product.artefact"
    text = "An artefact is a file with content, of {most} MB at most, and of a type that can be read: {types}."


class AnotherPersonMustSign(Refused):
    code = "product.another_person"
    text = "Whoever proposed the step or wrote in the version does not sign it."


class SignedAlready(Conflict):
    code = "product.signed_already"
    text = "You have signed this step already."


class RoleNotAsked(Refused):
    code = "product.role_not_asked"
    text = "This step asks for no signature that you could give."


class DayInvalid(Invalid):
    code = "product.day"
    text = "The day is not possible here: {problem}"


class HoldingsOpen(Conflict):
    code = "product.holdings_open"
    text = "Customers still hold this product ({count}); it cannot be retired."


class NewBusinessPossible(Conflict):
    code = "product.new_business"
    text = "New business is still possible ({why}); it cannot run off yet."


class ApprovedIsFixed(Conflict):
    code = "product.approved_fixed"
    text = "An approved version cannot be changed; begin a new one."


class ContentChanged(Conflict):
    code = "product.content_changed"
    text = "What you were going to sign has changed; read it again."


class HoldingsUnknown(Conflict):
    code = "product.holdings_unknown"
    text = "It cannot be told whether customers still hold this product."
