"""`tenure`: set up, import, serve and verify from a console."""

from typing import Any, Final

import typer
from typer.core import TyperGroup

from backend.cli.parts import Deferred

# Each line says what its module says of itself: the list of commands imports none of them.
PARTS: Final = (
    Deferred("serve", "Serve the web client and GraphQL until stopped.", "serve:serve"),
    Deferred("demo", "Set up an institution, take over a bank's customers, and serve it.", "demo:demo"),
    Deferred("db", "The schema of the database.", "db:app"),
    Deferred("import", "Customers and holdings from files.", "imports:app"),
    Deferred("holdings", "What customers hold: files in, products linked.", "holdings:app"),
    Deferred("keys", "Encryption keys: state, rotation, leakage of the search tags.", "keys:app"),
    Deferred("tenant", "Institutions.", "tenants:app"),
    Deferred("user", "Colleagues and their roles.", "people:app", "credentials:users"),
    Deferred("client", "Partner systems and their keys.", "people:clients", "credentials:clients"),
    Deferred("policy", "Rule-sets and the access policy: what is in force, and proposals.", "policy:app"),
    Deferred("audit", "The audit log.", "audit:app"),
    Deferred("privacy", "Data protection: requests, retention, erasure.", "privacy:app"),
    Deferred("report", "Reports for compliance, auditors and supervisors.", "report:app"),
    Deferred("products", "Products: list, show, compare, import, export, advance.", "products:app"),
    Deferred("life", "Stages of customers, the funnel, early warnings.", "life:app"),
    Deferred("prospects", "Prospects from files.", "prospects:app"),
    Deferred("models", "Models of the customer's life.", "models:app"),
    Deferred("complaints", "Complaints, their clocks and figures.", "complaints:app"),
    Deferred("contact", "Contact with customers: messages, bounces, templates.", "contact:app"),
    Deferred("assistant", "The assistant: ask, evaluate, calibrate.", "assistant:app"),
    Deferred("loyalty", "The loyalty programme: expiry, tiers, liability, books.", "loyalty:app"),
    Deferred("playbooks", "Playbooks: customers led through steps, and what that does.", "playbooks:app"),
    Deferred("offers", "Next best offers: answers and rates.", "offers:app"),
    Deferred("feedback", "Surveys: ask, count, check.", "feedback:app"),
    Deferred("tasks", "Tasks and work: ageing, escalation.", "tasks:app"),
    Deferred("product-reviews", "Reviews of products: due, packs, replay, PDF.", "product_reviews:app"),
    Deferred("reviews", "Reviews of customers: due, open, forecast, behaviour.", "reviews:app"),
    Deferred("risk", "Customer risk rating.", "risk:app"),
    Deferred("schema", "The GraphQL contract.", "schema:app"),
    Deferred("screening", "Lists, and customers screened against them.", "screening:app"),
    Deferred("segments", "Segments of customers: run, sizes, moves, groups.", "segments:app"),
    Deferred("targets", "Targets: compute, show, report.", "targets:app"),
    Deferred("suitability", "Assessments of customers.", "selling:suitability"),
    Deferred("selling", "What may be sold to whom.", "selling:selling"),
)


class Tenure(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {str(part.name): part for part in PARTS}


app = typer.Typer(
    cls=Tenure,
    name="tenure",
    help="The open customer lifecycle and compliance platform for banks and insurers.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)


@app.callback()
def tenure() -> None:
    """Its commands are in the list."""


def main() -> None:
    app()
