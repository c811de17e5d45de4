"""Who changed the institution's own records: articles, templates, playbooks, models, products, rules, colleagues."""

from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.audit import AuditEntry, entries_page, entry_shown
from backend.api.costs import resolved
from backend.api.pages import After, Connection, First
from backend.api.proofs import ProofFile, proof_file
from backend.api.request import Info
from backend.audit import reading
from backend.audit.errors import EntryUnknown
from backend.reporting import histories

_PAGE: Final = 20


@strawberry.enum(description="SEGMENTS, GOALS, LOYALTY, SURVEYS and CAMPAIGNS are what an institution has one of.")
class HistoryKind(Enum):
    ARTICLE = "article"
    TEMPLATE = "template"
    PLAYBOOK = "playbook"
    MODEL = "model"
    PRODUCT = "product"
    COLLEAGUE = "colleague"
    RULE_SET = "rule_set"
    SEGMENTS = "segments"
    GOALS = "goals"
    LOYALTY = "loyalty"
    SURVEYS = "surveys"
    CAMPAIGNS = "campaigns"


@strawberry.interface(description="A record of the institution itself, with what was done to it.")
class Recorded:
    def place(self) -> tuple[HistoryKind, str]:
        """Its kind, and its key among them."""
        raise NotImplementedError

    @resolved("What was done to it, the newest first.", weight=20, sliced_by="first")
    async def history(self, info: Info, first: First = _PAGE, after: After = None) -> Connection[AuditEntry]:
        return await _history(info, *self.place(), first, after)


@strawberry.type
class RecordHistoryQuery:
    @resolved(
        "What was done to a record of the institution, the newest first. `key` is its id, a playbook's code, a"
        " rule-set's `kind/name`; none for what there is one of, or the id of one grouping or goal.",
        weight=20,
        sliced_by="first",
    )
    async def record_history(
        self, info: Info, kind: HistoryKind, key: str = "", first: First = _PAGE, after: After = None
    ) -> Connection[AuditEntry]:
        return await _history(info, kind, key, first, after)

    @resolved("A proof of one entry in the history of such a record. Handing it out is noted.", weight=50)
    async def record_proof(self, info: Info, entry_id: UUID, kind: HistoryKind, key: str = "") -> ProofFile:
        async def prove(ctx: Context) -> ProofFile:
            found = await histories.told(ctx, histories.HistoryKind(kind.value), key)
            subject = await reading.act(ctx.session, entry_id, found.ids, found.quiet)
            if subject is None:
                raise EntryUnknown()
            return await proof_file(ctx, info.context.platform.settings, subject, [entry_id], found.ids)

        return await info.context.read(prove)


async def _history(info: Info, kind: HistoryKind, key: str, first: int, after: str | None) -> Connection[AuditEntry]:
    async def lines(ctx: Context, start: reading.After | None, limit: int) -> list[AuditEntry]:
        found = await histories.told(ctx, histories.HistoryKind(kind.value), key)
        page: dict[str, Any] = {"after": start, "limit": limit, "locale": ctx.actor.locale}
        acts = await reading.acts(ctx.session, found.ids, found.quiet, **page)
        return [entry_shown(ctx, None, line) for line in acts]

    return await entries_page(info, f"history {kind.value} {key}", first, after, lines)
