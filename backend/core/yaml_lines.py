"""Where in a YAML text something stands, for whoever has to mend it."""

from collections.abc import Sequence

import yaml


def line_of(content: bytes, path: Sequence[int | str]) -> int:
    """The line (from 1) where a path of keys and places stands, or as much of the path as the text has; 0 if empty."""
    node = yaml.compose(content, Loader=yaml.SafeLoader)
    line = 0 if node is None else node.start_mark.line + 1
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
