"""What doors hand to the services: written out, frozen, refusing what they do not know.

Here stands what can be said of a value alone; whether an identifier has the right check digit, or a phone number
exists in its plan, is decided by the service with the pure rules of this capability.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from backend.core.i18n import LOCALES
from backend.customers import countries
from backend.customers.errors import InputInvalid
from backend.customers.languages import TAGS
from backend.customers.models import (
    AddressKind,
    ContactKind,
    CountryTieKind,
    NameKind,
    PartyKind,
    RelationshipKind,
    Stage,
    StakeKind,
)

_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


def _printable(text: str) -> str:
    """Line breaks belong to addresses; other control characters, surrogates and unassigned signs to nothing."""
    if any(unicodedata.category(sign) in _UNSEEN and sign != "\n" for sign in text):
        raise ValueError("holds control characters or signs that are not text")
    return unicodedata.normalize("NFC", text)


def _country(code: str) -> str:
    if not countries.is_country(code):
        raise ValueError(f"“{code}” is no country code; give ISO 3166-1 alpha-2, for example CZ or CN")
    return code


def _language(tag: str) -> str:
    if tag not in TAGS:
        raise ValueError(f"“{tag}” is no language that customers are written to in; known are {', '.join(LOCALES)}")
    return TAGS[tag]


def _upper(code: Any) -> Any:
    return code.strip().upper() if isinstance(code, str) else code


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_printable)
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]
Country = Annotated[str, BeforeValidator(_upper), AfterValidator(_country)]
Language = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_language)]
Region = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NameInput(Input):
    """The script is seen in the text; given and family name are kept where the source has them apart."""

    full_name: Text
    kind: NameKind = NameKind.LEGAL
    given_name: Text | None = None
    family_name: Text | None = None


class IdentifierInput(Input):
    type: Code
    value: Text
    country: Country | None = None
    issuer: Text | None = None
    issued_on: date | None = None
    expires_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _ordered(self, "issued_on", "expires_on")


class AddressInput(Input):
    kind: AddressKind
    text: LongText
    country: Country
    region: Region | None = None
    valid_from: date | None = None


class ContactInput(Input):
    """`region` tells in which country's plan a phone number without +… is to be read."""

    kind: ContactKind
    value: Text
    preferred: bool = False
    region: Country | None = None


class CountryInput(Input):
    kind: CountryTieKind
    country: Country
    tax_number: Text | None = None


class RelationInput(Input):
    """The institution's relationship with the party: who looks after it."""

    manager_id: UUID | None = None
    team_id: UUID | None = None
    stage: Stage = Stage.PROSPECT


class PartyInput(Input):
    kind: PartyKind
    names: tuple[NameInput, ...] = Field(min_length=1, max_length=50)
    source: Code
    source_ref: Text | None = None
    birth_date: date | None = None
    gender: Literal["female", "male", "other"] | None = None
    occupation: Text | None = None
    industry: Text | None = None
    legal_form: Text | None = None
    founded_on: date | None = None
    country: Country | None = None
    region: Region | None = None
    correspondence_language: Language | None = None
    identifiers: tuple[IdentifierInput, ...] = Field(default=(), max_length=50)
    addresses: tuple[AddressInput, ...] = Field(default=(), max_length=50)
    contacts: tuple[ContactInput, ...] = Field(default=(), max_length=50)
    countries: tuple[CountryInput, ...] = Field(default=(), max_length=50)
    relation: RelationInput | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if sum(name.kind is NameKind.LEGAL for name in self.names) != 1:
            raise ValueError("names: give exactly one of the kind “legal”; other scripts are “transliteration”")
        ties = [(tie.kind, tie.country) for tie in self.countries]
        if len(set(ties)) < len(ties):
            raise ValueError("countries: the same country is given twice for the same purpose")
        return _of_kind(self, self.kind)


class PartyChanges(Input):
    """Only the fields that were given change; None clears. The legal name changes through `add_name`."""

    birth_date: date | None = None
    gender: Literal["female", "male", "other"] | None = None
    occupation: Text | None = None
    industry: Text | None = None
    legal_form: Text | None = None
    founded_on: date | None = None
    country: Country | None = None
    region: Region | None = None
    correspondence_language: Language | None = None


class RelationshipInput(Input):
    """Read as "from … is … of to"."""

    from_id: UUID
    to_id: UUID
    kind: RelationshipKind
    valid_from: date | None = None


class StakeInput(Input):
    """`fraction` is a share of one (0.25 is a quarter); control without a share has none."""

    owner_id: UUID
    owned_id: UUID
    kind: StakeKind
    fraction: Annotated[Decimal, Field(gt=0, le=1, max_digits=9, decimal_places=8)] | None = None
    source: Text | None = None
    valid_from: date | None = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if self.fraction is None and self.kind is not StakeKind.CONTROL:
            raise ValueError("fraction: shares and votes need one, between 0 and 1")
        return self


class DocumentInput(Input):
    type: Code
    file_name: Text | None = None
    issuer: Text | None = None
    country: Country | None = None
    number: Text | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    case_id: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _ordered(self, "issued_on", "expires_on")


PERSONS_ONLY = ("birth_date", "gender", "occupation")
ORGANISATIONS_ONLY = ("legal_form", "founded_on")
_In = TypeVar("_In", bound=BaseModel)


def foreign_field(given: BaseModel, kind: PartyKind) -> str | None:
    """The first field given that a party of this kind cannot have."""
    foreign = ORGANISATIONS_ONLY if kind is PartyKind.PERSON else PERSONS_ONLY
    return next((name for name in foreign if getattr(given, name) is not None), None)


def _of_kind(given: _In, kind: PartyKind) -> _In:
    name = foreign_field(given, kind)
    if name is not None:
        raise ValueError(f"{name}: a party of the kind “{kind.value}” has none; leave it out")
    return given


def _ordered(given: _In, first: str, second: str) -> _In:
    start, end = getattr(given, first), getattr(given, second)
    if start is not None and end is not None and end < start:
        raise ValueError(f"{second}: lies before {first}; check both dates")
    return given


def parse(model: type[_In], data: Mapping[str, Any]) -> _In:
    """Raises InputInvalid with the path of the first wrong field; the value itself is never repeated."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _named(error) from None


def _named(error: ValidationError) -> InputInvalid:
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(step) for step in first["loc"]]
    problem = first["msg"].removeprefix("Value error, ")
    head, colon, tail = problem.partition(": ")
    if first["type"] == "value_error" and colon and head.isidentifier():
        path, problem = [*path, head], tail
    return InputInvalid(field=".".join(path), problem=problem)
