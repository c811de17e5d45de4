"""`tenure`: set up, import, serve and verify from a console."""

import typer

from backend.cli import audit, db, demo, imports, people, schema, serve, tenants

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
app.add_typer(tenants.app, name="tenant")
app.add_typer(people.app, name="user")
app.add_typer(people.clients, name="client")
app.add_typer(audit.app, name="audit")
app.add_typer(schema.app, name="schema")


def main() -> None:
    app()
