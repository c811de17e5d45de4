"""Definitions as YAML files: one document a product, written out and taken in, every wrong one told by itself.

    product: savings            # the code; a new one enters a new product
    risk: low                   # low, medium or high: how closely the product is governed
    definition: {kind: deposit, names: {en: …, zh: …}, …}

A document for customers has either the `sha256` of a content that is here already or a `file` beside the YAML.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import yaml
from sqlmodel import select

from backend.access.context import Context
from backend.products import contents, queries, service
from backend.products.definition import ProductDefinition
from backend.products.errors import DefinitionBroken
from backend.products.models import Product, ProductRisk
from backend.products.queries import ProductFilter
from backend.products.standing import papers

_BETWEEN: Final = re.compile(rb"^---[ \t]*$", re.MULTILINE)
_MOST: Final = 10_000
FileOf = Callable[[str], bytes]


class Outcome(StrEnum):
    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One product as a file has it; `files` are contents by hash that its documents name."""

    code: str
    risk: ProductRisk
    definition: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """The document of a file, counted from 1: what it holds, or why it holds nothing."""

    number: int
    sheet: Sheet | None
    problem: str | None = None


def read(source: bytes, file_of: FileOf) -> Iterator[Row]:
    """Every document of a YAML file; a broken one does not hide those after it."""
    for number, text in enumerate((part for part in _BETWEEN.split(source) if part.strip()), start=1):
        try:
            yield Row(number, _sheet(yaml.safe_load(text), file_of))
        except yaml.YAMLError as error:
            yield Row(number, None, " ".join(str(error).split()))
        except (ValueError, KeyError, TypeError, OSError) as error:
            yield Row(number, None, str(error))


def codes(rows: Iterable[Row]) -> frozenset[str]:
    """Of the products that a file brings; those that cannot be read are not among them."""
    return frozenset(row.sheet.code for row in rows if row.sheet is not None)


def mapping(text: str) -> Mapping[str, Any]:
    """A definition that somebody typed, as YAML or JSON. Raises DefinitionBroken."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DefinitionBroken(field="definition", problem=" ".join(str(error).split())) from error
    if not isinstance(data, dict):
        raise DefinitionBroken(field="definition", problem="it is no list of names and values")
    return data


async def take_in(ctx: Context, sheet: Sheet, beside: Collection[str] = ()) -> tuple[Outcome, Product]:
    """A new product, or the version in preparation written anew; of one on sale a new version is begun.

    `beside` are the codes of the same file, which may link to each other in any order.
    """
    row = (await ctx.session.scalars(select(Product).where(Product.code == sheet.code))).first()
    ctx.require("edit" if row is not None else "create", queries.OBJECT, queries.facts(ctx, row))
    definition = service.read_definition(ctx, sheet.definition)
    await _keep(ctx, sheet, row)
    if row is None:
        return Outcome.CREATED, await service.create(ctx, sheet.code, definition, sheet.risk, beside)
    if not await _changes(ctx, row, definition):
        return Outcome.UNCHANGED, row
    if (await papers(ctx, row)).draft is None:
        await service.begin_version(ctx, row.id)
    await service.revise(ctx, row.id, definition, beside)
    return Outcome.REVISED, row


async def export(ctx: Context, found: ProductFilter) -> bytes:
    """The version in preparation of each product, or else the one approved last."""
    rows = await queries.products(ctx, found, limit=_MOST)
    versions = await queries.versions_of(ctx, [row.id for row in rows])
    return write((row, queries.definition_of(version)) for row in rows for version in versions.get(row.id, ())[:1])


def write(products: Iterable[tuple[Product, ProductDefinition]]) -> bytes:
    texts: Sequence[str] = [
        yaml.safe_dump(
            {"product": row.code, "risk": str(row.risk), "definition": definition.as_json()},
            allow_unicode=True,
            sort_keys=False,
            width=110,
        )
        for row, definition in products
    ]
    return "---\n".join(texts).encode()


def _sheet(data: Any, file_of: FileOf) -> Sheet:
    if not isinstance(data, dict) or set(data) - {"product", "risk", "definition"}:
        raise ValueError("a product has the keys product, risk and definition, and no others")
    if not isinstance(data.get("definition"), dict) or not isinstance(data.get("product"), str):
        raise ValueError("a product needs a code (product) and a definition")
    files: dict[str, bytes] = {}
    given = {**data["definition"]}
    if "documents" in given:
        given["documents"] = [_document(each, file_of, files) for each in given["documents"]]
    return Sheet(data["product"], ProductRisk(data.get("risk", ProductRisk.MEDIUM)), given, files)


def _document(given: Any, file_of: FileOf, files: dict[str, bytes]) -> Any:
    if not isinstance(given, dict) or "file" not in given:
        return given
    content = file_of(str(given["file"]))
    sha256 = contents.sha256_of(content)
    files[sha256] = content
    return {**{key: value for key, value in given.items() if key != "file"}, "sha256": sha256}


async def _keep(ctx: Context, sheet: Sheet, row: Product | None) -> None:
    named = {str(each.get("sha256")) for each in sheet.definition.get("documents", ()) if isinstance(each, dict)}
    known = await queries.contents_known(ctx, named)
    new = {sha256: content for sha256, content in sheet.files.items() if sha256 not in known}
    if not new:
        return
    subject = ctx.actor.tenant_id if row is None else row.id
    kind = "tenant" if row is None else queries.OBJECT
    async with ctx.audit("product.keep", (kind, subject)):
        for content in new.values():
            await contents.keep(ctx, content)


async def _changes(ctx: Context, row: Product, definition: ProductDefinition) -> bool:
    found = await papers(ctx, row)
    current = found.draft or found.approved
    return current is None or current.sha256 != definition.sha256
