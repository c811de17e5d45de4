"""Phone numbers and e-mail addresses in the one form that is stored, shown and looked up by."""

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
    region_code_for_country_code,
)

from backend.customers.errors import EmailInvalid, PhoneImpossible, PhoneUnreadable
from backend.customers.models import ContactKind


def phone(value: str, region: str | None, field: str) -> str:
    """E.164. Raises PhoneUnreadable, or PhoneImpossible for a number outside the plan of its country."""
    try:
        number = parse(value, region)
    except NumberParseException:
        raise PhoneUnreadable(field=field) from None
    if not is_valid_number(number):
        raise PhoneImpossible(field=field, region=region_code_for_country_code(number.country_code or 0))
    return format_number(number, PhoneNumberFormat.E164)


def email(value: str, field: str) -> str:
    """RFC 5321 syntax, internationalised addresses included; the domain is not asked for in the DNS."""
    try:
        return validate_email(value, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        raise EmailInvalid(field=field) from None


def normal(kind: ContactKind, value: str, region: str | None, field: str) -> str:
    return phone(value, region, field) if kind is ContactKind.PHONE else email(value, field)
