"""What a simulation answers: statements, tables and matrices, kept as codes and shown in the reader's language.

A document is written once and read by many, in both languages and with different rights. So it holds no finished
sentences and no name of anybody: words are message ids with figures, people and customers are ids that the page looks
up under the reader's own rights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from backend.core.i18n import translate

Tone = Literal["info", "ok", "warn", "bad"]
Row = tuple["Cell", ...]


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is an English message id with {named} places; a value that is itself a Words is translated first."""

    text: str
    params: Mapping[str, "str | int | Words"] = field(default_factory=dict)
    type: Literal["words"] = "words"

    def said(self, locale: str) -> str:
        given = {name: value.said(locale) if isinstance(value, Words) else value for name, value in self.params.items()}
        return translate(locale, self.text, **given)


def words(text: str, **params: "str | int | Words") -> Words:
    return Words(text, params)


@dataclass(frozen=True, slots=True)
class Code:
    """A name from a rule-set or the vocabulary, shown as it is."""

    text: str
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is to be read: `12`, `0.37`."""

    value: str
    type: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A staff user or partner client by id."""

    id: UUID
    type: Literal["colleague"] = "colleague"


@dataclass(frozen=True, slots=True)
class Customer:
    """A party by id; who reads the document sees the name as far as their rights on that party go."""

    party_id: UUID
    type: Literal["customer"] = "customer"


Cell = Annotated[Words | Code | Figure | Colleague | Customer, Field(discriminator="type")]


@dataclass(frozen=True, slots=True)
class Statement:
    words: Words
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class Table:
    """`total` says how many rows there are when only the first of them are kept."""

    title: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[Cell]]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """From what (rows) to what (columns); `counts[row][column]`."""

    title: Words
    rows: Sequence[Words]
    columns: Sequence[Words]
    counts: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Document:
    """`refusals` are reasons why the proposal may not be approved at all; the page shows them first."""

    statements: Sequence[Statement] = ()
    matrices: Sequence[Matrix] = ()
    tables: Sequence[Table] = ()
    refusals: Sequence[Words] = ()

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return plain

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Document":
        return _ADAPTER.validate_python(data)


_ADAPTER: TypeAdapter[Document] = TypeAdapter(Document)
