"""How large an operation may be, measured before it is validated and in time linear in its length.

Each fragment is measured once however often it is spread; graphql-core's visitors would follow every spread, which
nested fragments make exponential. What the schema does not know costs nothing here: validation names it afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    Lexer,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    VariableNode,
    get_named_type,
    is_composite_type,
    print_ast,
)

from backend.api.costs import price
from backend.api.errors import LimitExceeded

LARGEST_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """`cost` weighs fields by what they make the database do (@cost in the schema), times the size of their lists.

    `depth` lets the introspection query of the common tools pass.
    """

    bytes: int = 256 * 1024
    tokens: int = 4000
    depth: int = 15
    aliases: int = 50
    cost: int = 10_000
    seconds: int = 30

    def check(self, extent: "Extent") -> None:
        for name in ("depth", "aliases", "cost"):
            found, allowed = getattr(extent, name), getattr(self, name)
            if found > allowed:
                raise LimitExceeded(limit=name, found=min(found, 10**9), allowed=allowed)


@dataclass(frozen=True, slots=True)
class Extent:
    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def beside(self, other: "Extent") -> "Extent":
        return Extent(max(self.depth, other.depth), self.aliases + other.aliases, self.cost + other.cost)


def check_tokens(document: str, limits: Limits) -> None:
    """Raises LimitExceeded, or GraphQLSyntaxError for a sign that begins no token."""
    lexer = Lexer(Source(document))
    count = 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
        if count > limits.tokens:
            raise LimitExceeded(limit="tokens", found=f"more than {limits.tokens}", allowed=limits.tokens)


def sizes(operation: OperationDefinitionNode) -> frozenset[str]:
    """The variables of type Int: on no others can the cost of an operation depend."""
    given = operation.variable_definitions or ()
    return frozenset(each.variable.name.value for each in given if print_ast(each.type).rstrip("!") == "Int")


def measure(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Extent:
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    ruler = _Ruler(schema, fragments, {**_defaults(operation), **variables})
    return ruler.selections(operation.selection_set, schema.get_root_type(operation.operation))


def _defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    return {
        variable.variable.name.value: int(variable.default_value.value)
        for variable in operation.variable_definitions or ()
        if isinstance(variable.default_value, IntValueNode)
    }


@dataclass(slots=True)
class _Ruler:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[str, Extent] = field(default_factory=dict)

    def selections(self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Extent:
        extent = Extent()
        for node in () if selected is None else selected.selections:
            extent = extent.beside(self.selection(node, parent))
        return extent

    def selection(self, node: SelectionNode, parent: GraphQLNamedType | None) -> Extent:
        if isinstance(node, FieldNode):
            return self.field(node, parent)
        if isinstance(node, FragmentSpreadNode):
            return self.fragment(node.name.value)
        condition = getattr(node, "type_condition", None)
        inner = parent if condition is None else self.schema.get_type(condition.name.value)
        return self.selections(getattr(node, "selection_set", None), inner)

    def fragment(self, name: str) -> Extent:
        """A fragment that spreads itself counts nothing the second time; validation refuses it."""
        if name not in self.known and name in self.fragments:
            self.known[name] = Extent()
            node = self.fragments[name]
            self.known[name] = self.selections(node.selection_set, self.schema.get_type(node.type_condition.name.value))
        return self.known.get(name, Extent())

    def field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Extent:
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        definition = fields.get(node.name.value)
        named = None if definition is None else get_named_type(definition.type)
        inner = self.selections(node.selection_set, named)
        cost = 0
        if definition is not None and is_composite_type(named):
            asked = price(definition)
            size = asked.size if asked.sliced_by is None else self.size(node, asked.sliced_by, definition)
            cost = asked.weight + size * inner.cost
        return Extent(1 + inner.depth, (node.alias is not None) + inner.aliases, cost)

    def size(self, node: FieldNode, argument: str, definition: GraphQLField) -> int:
        """What cannot be an accepted page size counts as the largest one."""
        default = definition.args[argument].default_value if argument in definition.args else None
        given = next((arg.value for arg in node.arguments or () if arg.name.value == argument), None)
        value: Any = default if given is None else None
        if isinstance(given, IntValueNode):
            value = int(given.value)
        elif isinstance(given, VariableNode):
            value = self.variables.get(given.name.value, default)
        return value if isinstance(value, int) and 0 < value <= LARGEST_PAGE else LARGEST_PAGE
