"""The kinds of the record as the contract has them; a value it does not know fails, it is never guessed."""

from enum import Enum

import strawberry


@strawberry.enum
class PartyKind(Enum):
    PERSON = "person"
    ORGANISATION = "organisation"


@strawberry.enum
class PartyStatus(Enum):
    ACTIVE = "active"
    MERGED = "merged"
    SHREDDED = "shredded"


@strawberry.enum
class NameKind(Enum):
    LEGAL = "legal"
    BIRTH = "birth"
    ALIAS = "alias"
    TRADING = "trading"
    TRANSLITERATION = "transliteration"


@strawberry.enum
class ContactKind(Enum):
    EMAIL = "email"
    PHONE = "phone"


@strawberry.enum
class AddressKind(Enum):
    HOME = "home"
    REGISTERED = "registered"
    BUSINESS = "business"
    POSTAL = "postal"


@strawberry.enum
class CountryTieKind(Enum):
    NATIONALITY = "nationality"
    TAX_RESIDENCY = "tax_residency"
    BIRTH = "birth"


@strawberry.enum(description='Read as "from … is … of to".')
class RelationshipKind(Enum):
    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    PARENT = "parent"
    DIRECTOR = "director"
    AUTHORISED_SIGNATORY = "authorised_signatory"
    DISPONENT = "disponent"
    EMPLOYEE = "employee"


@strawberry.enum
class StakeKind(Enum):
    SHARES = "shares"
    VOTES = "votes"
    CONTROL = "control"


@strawberry.enum(description="Why somebody is a beneficial owner.")
class OwnershipGround(Enum):
    INTEREST = "interest"
    HELD = "held"
    CONTROL = "control"
    SENIOR_MANAGER = "senior_manager"


@strawberry.enum(description="The stage of a customer's life with the institution.")
class Stage(Enum):
    PROSPECT = "prospect"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    GROWING = "growing"
    LOYAL = "loyal"
    AT_RISK = "at_risk"
    DORMANT = "dormant"
    CHURNED = "churned"
    WON_BACK = "won_back"
    EXITED = "exited"


@strawberry.enum
class DocumentStatus(Enum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REVISION = "revision"
    REJECTED = "rejected"
    EXPIRED = "expired"


@strawberry.enum
class MergeStatus(Enum):
    OPEN = "open"
    PROPOSED = "proposed"
    MERGED = "merged"
    DISMISSED = "dismissed"
