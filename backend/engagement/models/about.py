"""What a model is about by name: the product of a propensity, the playbook of an uplift; nothing for the others."""

from collections.abc import Iterable

from backend.access.context import Context
from backend.engagement.models.models import ModelKind
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.engagement.product_names import product_names
from backend.products import queries as products


async def about(ctx: Context, codes: Iterable[str]) -> dict[str, str]:
    """By the model's code, in the reader's language: a product that is not sold by its newest version, a playbook that
    is no longer in force by its code."""
    locale, today = ctx.actor.locale, ctx.now.date()
    wanted = {code: code.partition(":")[2] for code in codes if ":" in code}
    if not wanted:
        return {}
    sold, known = (await products.effective(ctx, today)).by_code, await product_names(ctx)
    played = playbooks_on(ctx.policies, today)
    found = {}
    for code, name in wanted.items():
        if code.startswith(f"{ModelKind.UPLIFT.value}:"):
            found[code] = played[name].rules.wording.text(locale) if name in played else name
        elif name in sold:
            found[code] = sold[name].definition.names.text(locale)
        else:
            found[code] = known[name].text(locale) if name in known else name
    return found
