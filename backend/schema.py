"""Every table, gathered for migrations and checks: which are audited, which belong to a tenant."""

from sqlalchemy import MetaData, Table

import backend.access.appointment_models
import backend.access.models
import backend.access.proof_models
import backend.audit.models
import backend.casework.models
import backend.casework.tasks.models
import backend.complaints.models
import backend.consent.models
import backend.core.events
import backend.customers.models
import backend.edge.models
import backend.engagement.funnel.models
import backend.engagement.models.models
import backend.engagement.offers.models
import backend.engagement.playbooks.models
import backend.engagement.portrait.models
import backend.engagement.prospects.models
import backend.engagement.segments.models
import backend.engagement.stages.models
import backend.engagement.targets.models
import backend.engagement.watch.models
import backend.governance.models
import backend.holdings.models
import backend.loyalty.models
import backend.onboarding.migration.models
import backend.onboarding.models
import backend.privacy.models
import backend.product_reviews.models
import backend.product_reviews.what_if_models
import backend.products.models
import backend.products.selling.models
import backend.products.suitability.models
import backend.reporting.models
import backend.reviews.models
import backend.rights.models
import backend.risk.models
import backend.screening.alerts.models
import backend.screening.models
import backend.servicing.assistant.models
import backend.servicing.feedback.models
import backend.servicing.interactions.models
from backend.core.tables import metadata

__all__ = ["audited_tables", "metadata", "tenant_tables"]


def audited_tables(of: MetaData = metadata) -> list[Table]:
    return [table for table in of.sorted_tables if {"entry_id", "ver", "id"} <= set(table.c.keys())]


def tenant_tables(of: MetaData = metadata) -> list[Table]:
    """Tables of the application's role under row-level security; the log's own tables have narrower grants."""
    return [t for t in of.sorted_tables if "tenant_id" in t.c and not t.name.startswith(("audit_", "record_version"))]
