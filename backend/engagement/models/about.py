"""What a model is about by name: the product of a propensity, the playbook of an uplift; nothing for the others."""

from collections.abc import Iterable

from backend.access.context import Context
from backend.engagement.models.models import ModelKind
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.products import queries as products


async def about(ctx: Context, codes: Iterable[str]) -> dict[str, str]:
    """By the model's code, in the reader's language. What is not in force any more stands for itself."""
    locale, today = ctx.actor.locale, ctx.now.date()
    wanted = {code: code.partition(":")[2] for code in codes if ":" in code}
    if not wanted:
        return {}
    sold = (await products.effective(ctx, today)).by_code
    played = playbooks_on(ctx.policies, today)
    found = {}
    for code, name in wanted.items():
        if code.startswith(f"{ModelKind.UPLIFT.value}:"):
            found[code] = played[name].rules.wording.text(locale) if name in played else name
        else:
            found[code] = sold[name].definition.names.text(locale) if name in sold else name
    return found
