"""Identifiers: a table of types, each with who issues it, whom it names, and the public rule that checks it.

`check` answers with the normal form (the one that is stored and looked up by), a verdict, and what the number itself
says about its holder. Rules come from python-stdnum where it has one; what it has not stands in `identifier_rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from stdnum import exceptions, iban, lei
from stdnum.at import uid
from stdnum.cn import ric, uscc
from stdnum.cz import dic, rc
from stdnum.de import idnr
from stdnum.es import nie, nif
from stdnum.eu import vat
from stdnum.fr import siren
from stdnum.gb import utr
from stdnum.gb import vat as gb_vat
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import nip, pesel
from stdnum.sk import rc as sk_rc
from stdnum.us import ein, itin, ssn

from backend.customers import identifier_rules as own
from backend.customers.identifier_rules import NOTHING, Says
from backend.customers.models import PartyKind


class Verdict(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    NO_RULE = "no_rule"


class Reason(StrEnum):
    LENGTH = "length"
    FORMAT = "format"
    CHECK_DIGIT = "check_digit"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class IdentifierType:
    """`country` None: any country issues it, and has to be named unless `worldwide`. `field` is its visibility."""

    code: str
    meaning: str
    field: str
    kinds: frozenset[PartyKind]
    country: str | None = None
    rule: Callable[[str], str] | None = None
    says: Callable[[str], Says] | None = None
    worldwide: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """`reason` only for INVALID; `says` only for VALID."""

    normal: str
    verdict: Verdict
    reason: Reason | None = None
    says: Says = NOTHING


_PERSON: Final = frozenset({PartyKind.PERSON})
_FIRM: Final = frozenset({PartyKind.ORGANISATION})
_BOTH: Final = _PERSON | _FIRM

_CZ_BIRTH, _SK_BIRTH = own.birth_number(rc.validate), own.birth_number(sk_rc.validate)
NATIONAL, TAX, DOCUMENT, REGISTRATION, ACCOUNT = (
    "national_id",
    "tax_id",
    "document_number",
    "registration_number",
    "account_number",
)

_TYPES: Final = (
    IdentifierType("cz_birth_number", "Rodné číslo", NATIONAL, _PERSON, "CZ", _CZ_BIRTH, own.cz_says),
    IdentifierType("sk_birth_number", "Rodné číslo", NATIONAL, _PERSON, "SK", _SK_BIRTH, own.cz_says),
    IdentifierType("cn_resident_id", "居民身份证号码", NATIONAL, _PERSON, "CN", ric.validate, own.cn_says),
    IdentifierType("pl_pesel", "PESEL", NATIONAL, _PERSON, "PL", pesel.validate, own.pl_says),
    IdentifierType("es_dni", "Número de identificación fiscal", NATIONAL, _PERSON, "ES", nif.validate),
    IdentifierType("es_nie", "Número de identidad de extranjero", NATIONAL, _PERSON, "ES", nie.validate),
    IdentifierType("nl_bsn", "Burgerservicenummer", NATIONAL, _PERSON, "NL", bsn.validate),
    IdentifierType("it_fiscal_code", "Codice fiscale", NATIONAL, _PERSON, "IT", codicefiscale.validate, own.it_says),
    IdentifierType("us_ssn", "Social Security number", NATIONAL, _PERSON, "US", ssn.validate),
    IdentifierType("national_id", "National identity number", NATIONAL, _PERSON),
    IdentifierType("us_itin", "Individual taxpayer number", TAX, _PERSON, "US", itin.validate),
    IdentifierType("us_ein", "Employer identification number", TAX, _FIRM, "US", ein.validate),
    IdentifierType("gb_utr", "Unique taxpayer reference", TAX, _BOTH, "GB", utr.validate),
    IdentifierType("gb_nino", "National Insurance number", NATIONAL, _PERSON, "GB", own.nino),
    IdentifierType("gb_vat", "VAT registration number", TAX, _BOTH, "GB", gb_vat.validate),
    IdentifierType("de_tax_id", "Steuerliche Identifikationsnummer", TAX, _PERSON, "DE", idnr.validate),
    IdentifierType("pl_nip", "NIP", TAX, _BOTH, "PL", nip.validate),
    IdentifierType("cz_vat", "DIČ", TAX, _BOTH, "CZ", dic.validate),
    IdentifierType("at_vat", "Umsatzsteuer-Identifikationsnummer", TAX, _BOTH, "AT", uid.validate),
    IdentifierType("eu_vat", "VAT identification number", TAX, _BOTH, None, vat.validate, worldwide=True),
    IdentifierType("tax_id", "Tax number", TAX, _BOTH),
    IdentifierType("cz_company_number", "IČO", REGISTRATION, _BOTH, "CZ", own.company_number_cz),
    IdentifierType("cn_uscc", "统一社会信用代码", REGISTRATION, _FIRM, "CN", uscc.validate),
    IdentifierType("gb_company_number", "Company number", REGISTRATION, _FIRM, "GB", own.company_number_gb),
    IdentifierType("fr_siren", "SIREN", REGISTRATION, _FIRM, "FR", siren.validate),
    IdentifierType("lei", "Legal entity identifier", REGISTRATION, _FIRM, None, lei.validate, worldwide=True),
    IdentifierType("registration_number", "Registration number", REGISTRATION, _FIRM),
    IdentifierType("passport", "Passport", DOCUMENT, _PERSON, None, own.travel_document),
    IdentifierType("passport_mrz", "Passport (machine readable line)", DOCUMENT, _PERSON, None, own.mrz, own.mrz_says),
    IdentifierType("identity_card", "Identity card", DOCUMENT, _PERSON),
    IdentifierType("residence_permit", "Residence permit", DOCUMENT, _PERSON),
    IdentifierType("driving_licence", "Driving licence", DOCUMENT, _PERSON),
    IdentifierType("iban", "International bank account number", ACCOUNT, _BOTH, None, iban.validate, worldwide=True),
)  # fmt: skip

TYPES: Final[Mapping[str, IdentifierType]] = MappingProxyType({type_.code: type_ for type_ in _TYPES})

_REASONS: Final = (
    (exceptions.InvalidLength, Reason.LENGTH),
    (exceptions.InvalidChecksum, Reason.CHECK_DIGIT),
    (exceptions.InvalidComponent, Reason.COMPONENT),
    (exceptions.InvalidFormat, Reason.FORMAT),
)


def check(type_: IdentifierType, value: str) -> Checked:
    if type_.rule is None:
        return Checked(own.plain(value), Verdict.NO_RULE)
    try:
        normal = own.plain(type_.rule(own.readable(value)))
    except exceptions.ValidationError as error:
        return Checked(own.plain(value), Verdict.INVALID, _reason(error))
    return Checked(normal, Verdict.VALID, says=NOTHING if type_.says is None else type_.says(normal))


def _reason(error: exceptions.ValidationError) -> Reason:
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.FORMAT)
