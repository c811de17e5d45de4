"""Words that stand nowhere else, planted in every personal field, and the search for them in every form."""

import base64
import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import psycopg

from backend.access.context import Context
from backend.core.database import Database
from backend.privacy.personal import sealed_columns

LONG_ENOUGH = 8


def word(number: int) -> str:
    """Letters alone, so that it may be a name, a login or part of an address."""
    return f"Zyxkanar{chr(97 + number // 26)}{chr(97 + number % 26)}qvw"


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
    """By secret, where it stands."""
    known = {form: secret for secret in secrets for form in forms(secret)}
    any_form = re.compile(b"|".join(map(re.escape, sorted(known, key=len, reverse=True))))
    found: dict[str, set[str]] = {}
    for place, content in places:
        for hit in any_form.findall(content.lower()):
            found.setdefault(known[hit], set()).add(place)
    return found
