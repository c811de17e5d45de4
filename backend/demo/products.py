"""The catalogue of the demonstration institution, each product at another point of its life.

Written, proposed and signed by the colleagues whose part it is, through the services that people use. What the bank
sold long before it used the platform is taken over with the first day on which it was sold.
"""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.demo.cases import Story
from backend.demo.papers import paper
from backend.products import files, moving, queries, service
from backend.products.errors import ProductNotFound
from backend.products.models import MoveState, Product, ProductMove, ProductState, ProductVersion, Vote
from backend.products.standing import Papers, Terms, papers

FILE: Final = Path(__file__).with_name("products.yaml")
_S: Final = ProductState
_MAKER: Final = "alena"
_SIGNERS: Final = {
    "compliance_officer": ("lucie", "martin"),
    "head_of_compliance": ("helena",),
    "risk_analyst": ("petr",),
    "product_committee": ("vera", "jiri", "milan"),
}
_WAY: Final = (_S.DESIGN, _S.TARGET_MARKET, _S.TESTING, _S.APPROVAL, _S.ON_SALE)
_SINCE: Final = {
    **dict.fromkeys(
        ("current_account", "junior", "classic", "gold", "consumer_loan", "standing_orders"), date(1993, 1, 1)
    ),
    **dict.fromkeys(
        ("term_deposit", "mortgage", "balanced_fund", "equity_fund", "term_life", "motor", "property"),
        date(2024, 1, 1),
    ),
    "home_classic": date(2015, 1, 1),
}


async def tell(story: Story) -> None:
    """Once; the demonstration that is started again finds the products that are there."""
    rows = list(files.read(FILE.read_bytes(), _no_file))
    for row in rows:
        if row.sheet is None:
            raise ValueError(row.problem)
        sheet = row.sheet
        if await _known(story, sheet.code) is not None:
            continue
        _, product = await story.act(_MAKER, partial(files.take_in, sheet=sheet, beside=files.codes(rows)))
        if sheet.code in _SINCE:
            await _launch(story, product.id, _SINCE[sheet.code])
        tale = _TALES.get(sheet.code)
        if tale is not None:
            await tale(story, product.id)


async def _launch(story: Story, product_id: UUID, since: date) -> None:
    for target in _WAY:
        await _step(story, product_id, target, Terms(since) if target is _S.ON_SALE else Terms())


async def _in_testing(story: Story, product_id: UUID) -> None:
    for target in (_S.DESIGN, _S.TARGET_MARKET, _S.TESTING):
        await _step(story, product_id, target)


async def _before_the_committee(story: Story, product_id: UUID) -> None:
    """Two of the committee have voted; one is missing."""
    for target in _WAY[:-1]:
        await _step(story, product_id, target)
    await _bring(story, product_id, _S.ON_SALE)
    move = await _propose(story, product_id, _S.ON_SALE, Terms(), of_version=True)
    for login, vote in (("martin", Vote.AGREE), ("helena", Vote.AGREE), ("vera", Vote.AGREE), ("jiri", Vote.REFUSE)):
        await story.decide(login, partial(moving.sign, move_id=move.id, vote=vote))


async def _suspended(story: Story, product_id: UUID) -> None:
    why = "More complaints about fees abroad than in the quarter before"
    await story.decide("lucie", lambda ctx: moving.suspend(ctx, product_id, why))


async def _next_version(story: Story, product_id: UUID) -> None:
    """New rates, ready to be approved; compliance has signed and its head has not."""
    await story.decide(_MAKER, lambda ctx: service.begin_version(ctx, product_id))
    await story.decide(_MAKER, lambda ctx: _cheaper(ctx, product_id))
    for target in (_S.TARGET_MARKET, _S.TESTING, _S.APPROVAL):
        await _step(story, product_id, target, of_version=True)
    await _bring(story, product_id, _S.ON_SALE, of_version=True)
    first = date(story.platform.clock().year + 1, 1, 1)
    move = await _propose(story, product_id, _S.ON_SALE, Terms(first), of_version=True)
    await story.decide("lucie", lambda ctx: moving.sign(ctx, move.id, Vote.AGREE))


async def _run_off(story: Story, product_id: UUID) -> None:
    for target in (_S.WITHDRAWN, _S.RUN_OFF):
        await _step(story, product_id, target)


_TALES: Final = {
    "health": _in_testing,
    "autocall_note": _before_the_committee,
    "gold": _suspended,
    "mortgage": _next_version,
    "home_classic": _run_off,
}


async def _step(
    story: Story, product_id: UUID, target: ProductState, terms: Terms | None = None, *, of_version: bool = False
) -> None:
    """Papers, proposal and every signature that the gate asks for."""
    await _bring(story, product_id, target, of_version=of_version)
    move = await _propose(story, product_id, target, terms or Terms(), of_version=of_version)
    for login in await story.act(_MAKER, partial(_asked, move=move)):
        if move.state != MoveState.OPEN:
            break
        move = await story.decide(login, partial(moving.sign, move_id=move.id, vote=Vote.AGREE))


async def _propose(
    story: Story, product_id: UUID, target: ProductState, terms: Terms, *, of_version: bool
) -> ProductMove:
    return await story.decide(
        _MAKER, lambda ctx: moving.propose(ctx, product_id, target, of_version=of_version, terms=terms)
    )


async def _bring(story: Story, product_id: UUID, target: ProductState, *, of_version: bool = False) -> None:
    await story.decide(_MAKER, lambda ctx: _papers(ctx, product_id, target, of_version=of_version))


async def _papers(ctx: Context, product_id: UUID, target: ProductState, *, of_version: bool) -> None:
    """What the gate wants in writing; a document for customers names its product."""
    found = await papers(ctx, await queries.product(ctx, product_id))
    version = _version(found, of_version=of_version)
    origin = ProductState(version.stage if version is found.draft else found.product.state)
    gate = found.rules.rules.gate(origin, target, *found.steps_of)
    if gate is None:
        return
    name = queries.definition_of(version).names.en
    for kind in gate.artefacts:
        title = kind.replace("_", " ").capitalize()
        await service.attach(ctx, version.id, kind, f"{title}.pdf", paper(title, name))
    for kind in gate.documents:
        await service.attach_document(ctx, product_id, kind, "en", f"{name}: key facts", paper("Key facts", name))
        chinese = f"{queries.definition_of(version).names.zh}\n{queries.definition_of(version).summary.zh}\n"
        await service.attach_document(ctx, product_id, kind, "zh", "产品概要", chinese.encode())


def _version(found: Papers, *, of_version: bool) -> ProductVersion:
    version = found.draft if of_version or found.approved is None else found.approved
    if version is None:
        raise ProductNotFound()
    return version


async def _asked(ctx: Context, move: ProductMove) -> list[str]:
    """Who signs: as many of each role as are asked for."""
    found = await papers(ctx, await queries.product(ctx, move.product_id))
    gate = found.rules.rules.gate(ProductState(move.origin), ProductState(move.target), *found.steps_of)
    if gate is None:
        return []
    logins = [login for signer in gate.signatures for login in _SIGNERS[signer.role][: signer.count]]
    return logins + list(_SIGNERS[gate.committee.role] if gate.committee is not None else ())


async def _cheaper(ctx: Context, product_id: UUID) -> None:
    found = await papers(ctx, await queries.product(ctx, product_id))
    data = queries.definition_of(_version(found, of_version=True)).as_json()
    first = date(ctx.now.year + 1, 1, 1).isoformat()
    last = date(ctx.now.year, 12, 31).isoformat()
    for rate in data["rates"]:
        new = [{**price, "valid_from": first, "value": _less(price["value"])} for price in rate["prices"]]
        rate["prices"] = [*({**price, "valid_to": last} for price in rate["prices"]), *new]
    await service.revise(ctx, product_id, service.read_definition(ctx, data))


def _less(rate: str) -> str:
    whole, _, part = rate.partition(".")
    return f"{int(whole) - 1}.{part}"


async def _known(story: Story, code: str) -> Product | None:
    async def found(ctx: Context) -> Product | None:
        try:
            return await queries.by_code(ctx, code)
        except ProductNotFound:
            return None

    return await story.act(_MAKER, found)


def _no_file(name: str) -> bytes:
    raise FileNotFoundError(name)
