"""Every SELECT of the capability, scoped to the actor and aware of which fields may be shown."""

from backend.customers.queries.book import BookFilters, book, book_count, duplicates, merges_of
from backend.customers.queries.details import addresses_of, contacts_of, countries_of, identifiers_of, names_of
from backend.customers.queries.documents import documents_by_ids, documents_of
from backend.customers.queries.owners import beneficial_owners, findings_of
from backend.customers.queries.particulars import (
    Particulars,
    correspondence_languages_of,
    occupations_of,
    part_ids,
    particulars_of,
    regions_of,
)
from backend.customers.queries.parties import party_view
from backend.customers.queries.search import by_email, by_identifier, by_phone, search
from backend.customers.queries.sight import SCOPE, Sight, allowed_ids, facts, facts_of, sights, standing
from backend.customers.queries.summaries import customers_of, many, stages_of
from backend.customers.queries.ties import relationships_of, stakes_of

__all__ = [
    "SCOPE",
    "BookFilters",
    "Particulars",
    "Sight",
    "addresses_of",
    "allowed_ids",
    "beneficial_owners",
    "book",
    "book_count",
    "by_email",
    "by_identifier",
    "by_phone",
    "contacts_of",
    "correspondence_languages_of",
    "countries_of",
    "customers_of",
    "documents_by_ids",
    "documents_of",
    "duplicates",
    "facts",
    "facts_of",
    "findings_of",
    "identifiers_of",
    "many",
    "merges_of",
    "names_of",
    "occupations_of",
    "part_ids",
    "particulars_of",
    "party_view",
    "regions_of",
    "relationships_of",
    "search",
    "sights",
    "stages_of",
    "stakes_of",
    "standing",
]
