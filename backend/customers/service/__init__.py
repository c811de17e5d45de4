"""One verb per use case: authorise, decide, write. Services flush and never commit."""

from backend.customers.service.candidates import note_duplicates
from backend.customers.service.details import (
    add_address,
    add_contact,
    add_country,
    add_identifier,
    add_name,
    end_address,
    end_contact,
    end_identifier,
    end_name,
    remove_country,
)
from backend.customers.service.documents import (
    Download,
    accept_document,
    download_document,
    expire_documents,
    reject_document,
    request_revision,
    upload_document,
)
from backend.customers.service.merging import Dependants, approve_merge, dismiss_merge, propose_merge
from backend.customers.service.parties import edit_party, record_party
from backend.customers.service.relations import assign_customer, change_stage, open_customer, set_stage
from backend.customers.service.ties import add_relationship, add_stake, end_relationship, end_stake

__all__ = [
    "Dependants",
    "Download",
    "accept_document",
    "add_address",
    "add_contact",
    "add_country",
    "add_identifier",
    "add_name",
    "add_relationship",
    "add_stake",
    "approve_merge",
    "assign_customer",
    "change_stage",
    "dismiss_merge",
    "download_document",
    "edit_party",
    "end_address",
    "end_contact",
    "end_identifier",
    "end_name",
    "end_relationship",
    "end_stake",
    "expire_documents",
    "note_duplicates",
    "open_customer",
    "propose_merge",
    "record_party",
    "reject_document",
    "remove_country",
    "request_revision",
    "set_stage",
    "upload_document",
]
