"""Trusted documents: the operations under `graphql/operations/`, reviewed with the code and run by their name or hash.

A document's name is its path without the ending, `web/customer`; its folder says which kind of actor may run it. A
file whose name begins with an underscore holds fragments, which join the documents of its folder that spread them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

from backend.api.errors import UnknownDocument
from backend.core.actor import Actor

AUDIENCES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "web": frozenset({"staff"}),
        "compliance": frozenset({"staff"}),
        "partner": frozenset({"partner", "staff"}),
    }
)
_SPREAD: Final = re.compile(r"\.\.\.\s*(?!on\b)([_A-Za-z]\w*)")


class OperationFileError(ValueError):
    """A file under graphql/operations/ cannot be a trusted document; nothing starts."""


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    name: str
    text: str
    sha256: str

    @property
    def audience(self) -> frozenset[str]:
        return AUDIENCES[self.name.partition("/")[0]]


@dataclass(frozen=True, slots=True)
class TrustedDocuments:
    by_id: Mapping[str, TrustedDocument]

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads `<directory>/<audience>/*.graphql`. Raises OperationFileError naming the file."""
        found: dict[str, TrustedDocument] = {}
        for document in _documents(directory):
            found[document.name] = document
            found[f"sha256:{document.sha256}"] = document
        return cls(MappingProxyType(found))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(document_id for document_id in self.by_id if ":" not in document_id))

    def get(self, actor: Actor, document_id: str) -> TrustedDocument:
        """Raises UnknownDocument also for what is meant for another kind of actor."""
        document = self.by_id.get(document_id)
        if document is None or actor.type not in document.audience:
            raise UnknownDocument(document=document_id)
        return document

    def same_as(self, actor: Actor, text: str) -> TrustedDocument | None:
        """The trusted document whose very text was sent."""
        document = self.by_id.get(f"sha256:{sha256(text)}")
        return document if document is not None and actor.type in document.audience else None


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _documents(directory: Path) -> Iterator[TrustedDocument]:
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        if folder.name not in AUDIENCES:
            raise OperationFileError(f"{folder.name}: there is no such audience (known: {', '.join(AUDIENCES)})")
        fragments = _fragments(folder)
        for path in sorted(folder.glob("[!_]*.graphql")):
            text = _completed(path, fragments)
            yield TrustedDocument(f"{folder.name}/{path.stem}", text, sha256(text))


def _fragments(folder: Path) -> Mapping[str, str]:
    shared: dict[str, str] = {}
    for path in sorted(folder.glob("_*.graphql")):
        for node in parse(path.read_text("utf-8")).definitions:
            if not isinstance(node, FragmentDefinitionNode) or node.name.value in shared:
                raise OperationFileError(f"{path.name}: a shared file holds fragments alone, each once in its folder")
            shared[node.name.value] = print_ast(node)
    return shared


def _completed(path: Path, fragments: Mapping[str, str]) -> str:
    """The document with every shared fragment that it spreads, and that those spread."""
    text = path.read_text("utf-8")
    if sum(isinstance(node, OperationDefinitionNode) for node in parse(text).definitions) != 1:
        raise OperationFileError(f"{path.parent.name}/{path.name}: a file holds exactly one operation")
    own = {node.name.value for node in parse(text).definitions if isinstance(node, FragmentDefinitionNode)}
    wanted, parts = [*_SPREAD.findall(text)], [text]
    while wanted:
        name = wanted.pop()
        if name not in own and name in fragments:
            own.add(name)
            parts.append(fragments[name])
            wanted += _SPREAD.findall(fragments[name])
    return "\n\n".join(parts)
