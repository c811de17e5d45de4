"""`tenure`: set up, import, serve and verify from a console."""

import typer

from backend.cli import (
    audit,
    credentials,
    db,
    demo,
    imports,
    keys,
    people,
    policy,
    privacy,
    report,
    reviews,
    risk,
    schema,
    screening,
    serve,
    tenants,
)

app = typer.Typer(
    name="tenure",
    help="The open customer lifecycle and compliance platform for banks and insurers.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.add_typer(db.app, name="db")
app.add_typer(imports.app, name="import")
app.add_typer(keys.app, name="keys")
app.add_typer(tenants.app, name="tenant")
people.app.add_typer(credentials.users)
people.clients.add_typer(credentials.clients)
app.add_typer(people.app, name="user")
app.add_typer(people.clients, name="client")
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(privacy.app, name="privacy")
app.add_typer(report.app, name="report")
app.add_typer(reviews.app, name="reviews")
app.add_typer(risk.app, name="risk")
app.add_typer(schema.app, name="schema")
app.add_typer(screening.app, name="screening")


def main() -> None:
    app()
