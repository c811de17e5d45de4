"""Words that stand nowhere else, planted in every personal field, and the search for them in every form."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import psycopg

from backend.access.context import Context
from backend.core.database import Database
from backend.privacy.personal import sealed_columns

LONG_ENOUGH = 8
STEM = "Zyxkanar"


def word(number: int) -> str:
    """Letters alone, so that it may be a name, a login or part of an address."""
    return f"{STEM}{chr(97 + number // 26)}{chr(97 + number % 26)}qvw"


def open_word(number: int) -> str:
    """For columns that are kept openly: a word that nobody takes for one of the encrypted."""
    return f"Qvopenly{chr(97 + number)}xyz"


async def everything_sealed(ctx: Context) -> dict[str, list[str]]:
    """What this institution keeps encrypted, in clear, by column: found in the tables' metadata."""
    found: dict[str, list[str]] = {}
    for column in sealed_columns():
        c = column.table.c
        rows = (await ctx.session.execute(column.table.select().where(c[column.name].is_not(None)))).mappings().all()
        owners: list[UUID] = [row[column.owner] for row in rows]
        await ctx.vault.load(owners)
        found[str(column)] = [
            ctx.vault.open(column.table.name, column.name, row["id"], row[column.owner], row[column.name])
            for row in rows
        ]
    return found


def dump(database: Database) -> Iterator[tuple[str, bytes]]:
    """Every table of every schema, as COPY writes it: bytea in hex, the queue of the jobs and the outbox included."""
    with psycopg.connect(database.libpq(database.owner)) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                yield table, b"".join(bytes(part) for part in copy)


def forms(secret: str) -> set[bytes]:
    """As text, in UTF-16, and each of them in hex and in base64 at any offset; compared in lower case."""
    plain = [secret.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    plain += [text.lower() for text in plain] + [text.upper() for text in plain]
    plain += [secret.title().encode()]
    wrapped = [form for text in plain for form in _base64(text)]
    return {form.lower() for form in plain + wrapped} | {form.hex().encode() for form in plain + wrapped}


def _base64(text: bytes) -> Iterator[bytes]:
    """The part that does not depend on what stands before and after."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + text)
        inner = encoded[4 if offset else 0 :].rstrip(b"=")[:-1]
        yield from {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}


def found_in(places: Iterable[tuple[str, bytes]], secrets: Iterable[str]) -> dict[str, set[str]]:
    """By secret, where it stands; of words that are planted any one, by what they have in common."""
    common = {STEM if STEM in secret else secret for secret in secrets}
    return _found(places, {form: secret for secret in common for form in forms(secret)})


def read_in(places: Iterable[tuple[str, bytes]], secrets: Iterable[str]) -> dict[str, set[str]]:
    """As `found_in`, of what people read: text alone, in whatever case."""
    return _found(places, {secret.lower().encode(): secret for secret in secrets})


def _found(places: Iterable[tuple[str, bytes]], known: Mapping[bytes, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for place, content in places:
        text = content.lower()
        for form in [form for form in known if form in text]:
            found.setdefault(known[form], set()).add(place)
    return found
