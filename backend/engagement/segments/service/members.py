"""Memberships of everybody, written as far as they changed: the new ones come in by COPY, and the database compares."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
import pandas as pd
from sqlalchemy import CursorResult, Row, text

from backend.access.context import Context
from backend.engagement.copying import lay_out
from backend.engagement.segments import rules
from backend.engagement.segments.models import Scheme

_BLOCK: Final = 50_000
_COLUMNS: Final = {"party_id": "uuid", "segment": "text", "facts": "bytea"}
_MOVED: Final = text(
    "SELECT m.party_id, m.segment AS origin, n.segment AS target, m.facts AS before, n.facts AS after"
    " FROM segment_now n JOIN segment_member m ON m.scheme = :scheme AND m.party_id = n.party_id"
    " WHERE m.segment <> n.segment ORDER BY m.party_id"
)
_CAME: Final = text(
    "SELECT n.segment, count(*) AS number FROM segment_now n"
    " LEFT JOIN segment_member m ON m.scheme = :scheme AND m.party_id = n.party_id"
    " WHERE m.party_id IS NULL GROUP BY n.segment"
)
_LEAVE: Final = text(
    "DELETE FROM segment_member m WHERE m.scheme = :scheme"
    " AND NOT EXISTS (SELECT FROM segment_now n WHERE n.party_id = m.party_id)"
)
_CHANGE: Final = text(
    "UPDATE segment_member m SET segment = n.segment, facts = n.facts,"
    " since = CASE WHEN m.segment = n.segment THEN m.since ELSE :as_of END"
    " FROM segment_now n WHERE m.scheme = :scheme AND m.party_id = n.party_id"
    " AND (m.segment <> n.segment OR m.facts <> n.facts)"
)
_COME: Final = text(
    "INSERT INTO segment_member (id, tenant_id, scheme, party_id, segment, since, facts)"
    " SELECT uuidv7(), :tenant, CAST(:scheme AS varchar), n.party_id, n.segment, :as_of, n.facts FROM segment_now n"
    " WHERE NOT EXISTS"
    " (SELECT FROM segment_member m WHERE m.scheme = CAST(:scheme AS varchar) AND m.party_id = n.party_id)"
    " ORDER BY n.party_id"
)
"""In order, so that everybody who comes is found before the first is written: a table that was empty when the statement
was planned is searched from end to end, and each would be looked for among all those just written.
"""
_OVER: Final = text("DROP TABLE segment_now")


@dataclass(frozen=True, slots=True)
class Changes:
    """`moved`: party_id, origin, target, and as JSON the facts `before` and `after`; `came` counts by segment."""

    moved: Sequence[Row[Any]]
    came: dict[str, int]
    left: int


async def replace(ctx: Context, scheme: Scheme, as_of: date, lines: Iterable[bytes]) -> Changes:
    """The memberships are those of `lines` from now on; who stays where they were keeps the day since when."""
    await lay_out(ctx, "segment_now", _COLUMNS, lines)
    given = {"scheme": scheme.value, "as_of": as_of, "tenant": ctx.actor.tenant_id}
    only = {"scheme": scheme.value}
    moved = (await ctx.session.execute(_MOVED, only)).all()
    came = {row.segment: row.number for row in await ctx.session.execute(_CAME, only)}
    gone: CursorResult[Any] = await ctx.session.execute(_LEAVE, only)  # type: ignore[assignment]  # what DELETE gives
    await ctx.session.execute(_CHANGE, {"scheme": scheme.value, "as_of": as_of})
    if came:
        await ctx.session.execute(_COME, given)
    await ctx.session.execute(_OVER)
    return Changes(moved, came, gone.rowcount)


def lines(segments: "pd.Series[str]", facts: pd.DataFrame) -> Iterator[bytes]:
    """CSV in blocks: of each customer the segment and, as JSON, the facts that decided."""
    for at in range(0, len(facts), _BLOCK):
        part, chosen = facts.iloc[at : at + _BLOCK], segments.iloc[at : at + _BLOCK]
        told = zip(part.index, chosen, rules.kept(part, list(part.columns)), strict=True)
        yield "".join(f"{party},{segment},\\x{orjson.dumps(each).hex()}\n" for party, segment, each in told).encode()
