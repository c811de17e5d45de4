"""What people do with products; each answers with the product as it is afterwards, or with why not."""

import base64
import binascii
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import changes
from backend.api.inputs import INPUT, Id, Key
from backend.api.problems import (
    ConflictProblem,
    InvalidProblem,
    NotAllowedProblem,
    NotFoundProblem,
    answered_as,
    write,
)
from backend.api.product_codes import DocumentLanguage, ProductRisk, ProductState, ProductVote
from backend.api.product_types import Product, fetch_products
from backend.api.request import Info
from backend.products import contents, files, models, moving, service
from backend.products.definition import Language
from backend.products.errors import ArtefactRefused
from backend.products.standing import Terms

ProductResult = Annotated[
    Product | NotAllowedProblem | InvalidProblem | ConflictProblem | NotFoundProblem,
    strawberry.union("ProductResult"),
]
_Act = Callable[[Context], Awaitable[Any]]
Definition = Annotated[str, strawberry.argument(description="The definition as YAML or JSON.")]
Content = Annotated[str, strawberry.argument(description="The file in base64: PDF, or text in UTF-8.")]


@strawberry.input(
    description="`ofVersion`: the version in preparation of a product that is sold already. The days are those of sale."
)
class ProductStepInput:
    target: ProductState
    of_version: bool = False
    effective_on: dt.date | None = None
    effective_to: dt.date | None = None
    reason: str | None = None


async def _product(
    info: Info, act: _Act, id_of: Callable[[Any], UUID], key: str | None, given: Any, *, four_eyes: bool = True
) -> ProductResult:
    outcome = await write(info, act, id_of, key=key, given=given, four_eyes=four_eyes)
    return await answered_as(info, outcome, fetch_products, Product.of)


def _of_product(row: Any) -> UUID:
    return cast("UUID", row.product_id)


def _itself(row: Any) -> UUID:
    return cast("UUID", row.id)


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        most = contents.MOST_BYTES // (1024 * 1024)
        raise ArtefactRefused(field="content", most=most, types="base64") from None


@strawberry.type
class ProductMutation:
    @changes("Enters a product as a concept.")
    async def create_product(
        self, info: Info, code: str, risk: ProductRisk, definition: Definition, idempotency_key: Key = None
    ) -> ProductResult:
        async def act(ctx: Context) -> models.Product:
            read = service.read_definition(ctx, files.mapping(definition))
            return await service.create(ctx, code, read, models.ProductRisk(risk.value))

        return await _product(info, act, _itself, idempotency_key, [code, risk.value, definition])

    @changes("Begins the next version of a product, as a copy of the one approved last.")
    async def begin_product_version(self, info: Info, product_id: Id, idempotency_key: Key = None) -> ProductResult:
        return await _product(
            info, lambda ctx: service.begin_version(ctx, product_id), _of_product, idempotency_key, str(product_id)
        )

    @changes("Writes the version in preparation anew; signatures on its open step are void.")
    async def revise_product(
        self, info: Info, product_id: Id, definition: Definition, idempotency_key: Key = None
    ) -> ProductResult:
        async def act(ctx: Context) -> models.ProductVersion:
            read = service.read_definition(ctx, files.mapping(definition))
            return await service.revise(ctx, product_id, read)

        return await _product(info, act, _of_product, idempotency_key, [str(product_id), definition])

    @changes("Changes how closely a product is governed.")
    async def reclassify_product(
        self, info: Info, product_id: Id, risk: ProductRisk, idempotency_key: Key = None
    ) -> ProductResult:
        wanted = models.ProductRisk(risk.value)
        given = [str(product_id), risk.value]
        return await _product(
            info, lambda ctx: service.reclassify(ctx, product_id, wanted), _itself, idempotency_key, given
        )

    @changes("Adds a paper that a gate asks for.")
    async def attach_product_artefact(
        self, info: Info, version_id: UUID, kind: str, name: str, content: Content, idempotency_key: Key = None
    ) -> ProductResult:
        given = [str(version_id), kind, name, content]
        return await _product(
            info,
            lambda ctx: service.attach(ctx, version_id, kind, name, _bytes(content)),
            _of_product,
            idempotency_key,
            given,
        )

    @changes("Adds a document for customers to the version in preparation, in place of one of its kind and language.")
    async def attach_product_document(
        self,
        info: Info,
        product_id: Id,
        kind: str,
        language: DocumentLanguage,
        name: str,
        content: Content,
        idempotency_key: Key = None,
    ) -> ProductResult:
        said: Language = language.value
        given = [str(product_id), kind, said, name, content]
        return await _product(
            info,
            lambda ctx: service.attach_document(ctx, product_id, kind, said, name, _bytes(content)),
            _of_product,
            idempotency_key,
            given,
        )

    @changes("Proposes a step, and takes it at once where its gate asks for nothing more.")
    async def propose_product_step(
        self, info: Info, product_id: Id, given: Annotated[ProductStepInput, INPUT], idempotency_key: Key = None
    ) -> ProductResult:
        target, terms = models.ProductState(given.target.value), Terms(given.effective_on, given.effective_to)
        told = [str(product_id), target.value, given.of_version, str(terms), given.reason]
        return await _product(
            info,
            lambda ctx: moving.propose(
                ctx, product_id, target, of_version=given.of_version, terms=terms, reason=given.reason
            ),
            _of_product,
            idempotency_key,
            told,
        )

    @changes("Signs a step or refuses it; `binding` is what the signer read.")
    async def sign_product_step(
        self,
        info: Info,
        move_id: Id,
        vote: ProductVote,
        binding: str,
        note: str | None = None,
        idempotency_key: Key = None,
    ) -> ProductResult:
        said, given = models.Vote(vote.value), [str(move_id), vote.value, binding, note]
        return await _product(
            info,
            lambda ctx: moving.sign(ctx, move_id, said, binding=binding, note=note),
            _of_product,
            idempotency_key,
            given,
        )

    @changes("Takes a step whose waiting time is over.")
    async def take_product_step(self, info: Info, move_id: Id, idempotency_key: Key = None) -> ProductResult:
        return await _product(info, lambda ctx: moving.take(ctx, move_id), _of_product, idempotency_key, str(move_id))

    @changes("Takes a proposed step back.")
    async def take_back_product_step(self, info: Info, move_id: Id, idempotency_key: Key = None) -> ProductResult:
        return await _product(
            info, lambda ctx: moving.take_back(ctx, move_id), _of_product, idempotency_key, str(move_id)
        )

    @changes("Takes a product off sale at once, for a review.")
    async def suspend_product(
        self, info: Info, product_id: Id, reason: str, idempotency_key: Key = None
    ) -> ProductResult:
        given = [str(product_id), reason]
        return await _product(
            info, lambda ctx: moving.suspend(ctx, product_id, reason), _of_product, idempotency_key, given
        )
