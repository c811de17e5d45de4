"""Verifies what Tenure hands to outsiders: an .auditpack, an .auditproof, or a log that goes on being published.

    python verify.py FILE [--key KEY] [--memory FILE] [--lang en|zh] [--json]
    python verify.py witness --memory FILE (--directory DIR | --url URL) [--key KEY] [--lang en|zh]

This one file needs Python 3.11 and the package `cryptography`, and nothing of Tenure. It recomputes everything: the
signatures (C2SP signed notes, Ed25519), the Merkle tree (RFC 9162) from the bytes of the entries, each inclusion or
consistency proof, the versions of each record and their digests, the hashes of the rule-sets, and the disclosed values
against their commitments (SHA-256 over [salt, column, value], RFC 8785). It then says in words what is proven and what
is not. Exit status: 0 everything holds, 1 something does not, 2 the file cannot be read.
"""

import argparse
import base64
import binascii
import hashlib
import io
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PACK, PROOF, MEMORY = "tenure-auditpack@1", "tenure-auditproof@1", "tenure-witness@1"
WIDTH = 256
HASH = 32
MAX_BUNDLE = WIDTH * (2 + 65535)
MAX_NOTE = 1 << 20
MAX_FINDINGS = 1000
MAX_TOLD = 50
_BUFFER = 1 << 17

sha256 = hashlib.sha256
Params = dict[str, Any]
TileReader = Callable[[str], bytes | None]


class Unreadable(Exception):
    """The file is not what this verifier reads: nothing is said about what it proves."""


class Refused(Exception):
    """Bytes that do not prove what they claim."""


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS: dict[str, tuple[str, str]] = {
    # what does not hold
    "head_forged": (
        "The signed head of size {size} is not by the log's key: {problem}",
        "规模为 {size} 的签名检查点并非由该日志密钥签署：{problem}",
    ),
    "head_missing": ("There is no signed head in the file.", "文件中没有签名检查点。"),
    "head_order": (
        "The list of heads goes back from size {size} to {next}.",
        "检查点列表由规模 {size} 倒退至 {next}。",
    ),
    "head_differs": (
        "The signed head of size {size} has another root: something between entry {first} and entry {last} was "
        "changed, left out or put in.",
        "规模为 {size} 的签名检查点的根不同：第 {first} 条至第 {last} 条之间有条目被改动、遗漏或插入。",
    ),
    "head_beyond": (
        "A signed head of size {size} exists, but the entries end at {end}: entry {end} and those after it were cut "
        "off.",
        "存在规模为 {size} 的签名检查点，但条目止于 {end}：自第 {end} 条起被截断。",
    ),
    "head_other": (
        "The newest head of the list (size {size}) is not the one the file stands on (size {head}).",
        "列表中最新的检查点（规模 {size}）并非文件所依据的检查点（规模 {head}）。",
    ),
    "split_view": (
        "Split view: two signed heads of size {size} have different roots, so two different logs were shown.",
        "分裂视图：两个规模同为 {size} 的签名检查点根不同，说明出示过两份不同的日志。",
    ),
    "entry_changed": (
        "Entry {index} was changed: its bytes are not those of the tree.",
        "第 {index} 条被改动：其字节与树不符。",
    ),
    "entry_missing": ("Entry {index} is missing.", "缺少第 {index} 条。"),
    "entry_added": ("What stands at entry {index} is not in the log.", "位于第 {index} 条处的内容不在日志中。"),
    "entry_moved": ("Entry {index} was moved to place {place}.", "第 {index} 条被移到第 {place} 位。"),
    "entry_twice": (
        "Entry {index} stands there twice (again at {place}).",
        "第 {index} 条重复出现（又见于 {place}）。",
    ),
    "entry_unreadable": ("Entry {index} is not an audit entry of version 1.", "第 {index} 条不是第 1 版审计条目。"),
    "entry_foreign": ("Entry {index} belongs to another institution.", "第 {index} 条属于其他机构。"),
    "entry_order": ("Entry {index} stands after entry {after}.", "第 {index} 条排在第 {after} 条之后。"),
    "proof_wrong": (
        "The proof of entry {index} does not lead to the signed root: {problem}",
        "第 {index} 条的证明不能导向已签名的根：{problem}",
    ),
    "tile_changed": ("The hashes of {tile} are not those of the tree.", "{tile} 中的哈希与树不符。"),
    "version_missing": (
        "Entry {index} names version {version} of {table} {record}, which is missing.",
        "第 {index} 条提到 {table} {record} 的版本 {version}，但该版本缺失。",
    ),
    "version_unnamed": (
        "Version {version} of {table} {record} claims entry {index}, which does not name it.",
        "{table} {record} 的版本 {version} 自称属于第 {index} 条，但该条未提及。",
    ),
    "version_hole": (
        "{table} {record} has no version {version}; the next one stands in entry {index}.",
        "{table} {record} 缺少版本 {version}；下一版本位于第 {index} 条。",
    ),
    "version_twice": (
        "Version {version} of {table} {record} was made twice, the second time by entry {index}.",
        "{table} {record} 的版本 {version} 出现两次，第二次由第 {index} 条产生。",
    ),
    "version_after_end": (
        "{table} {record} was deleted, yet version {version} follows (entry {index}).",
        "{table} {record} 已删除，却仍有版本 {version}（第 {index} 条）。",
    ),
    "row_differs": (
        "The content of version {version} of {table} {record} is not the one that entry {index} recorded.",
        "{table} {record} 版本 {version} 的内容与第 {index} 条所记不符。",
    ),
    "value_differs": (
        "The value disclosed for {table}.{column} of {record}, version {version}, is not the one that entry {index} "
        "committed to.",
        "为 {record} 版本 {version} 的 {table}.{column} 披露的值与第 {index} 条的承诺不符。",
    ),
    "ruleset_differs": (
        "The rule-set {ruleset}, which entry {index} decided by, has other bytes than its hash says.",
        "第 {index} 条所依据的规则集 {ruleset} 的字节与其哈希不符。",
    ),
    "line_unreadable": ("{file}, line {line}: not readable ({problem}).", "{file} 第 {line} 行无法读取（{problem}）。"),
    "key_differs": ("The file is signed with another key than yours: {key}", "文件所用的密钥与您的不同：{key}"),
    "truncated": (
        "Truncated: you remember {old} entries (seen {seen}), the log now ends at {size}. Entry {size} and those after "
        "it are no longer shown.",
        "截断：您记得有 {old} 条（见于 {seen}），日志现止于 {size}。自第 {size} 条起不再出示。",
    ),
    "rolled_back": (
        "Rolled back: the log agrees with what you saw on {seen} (size {agreed}), but no longer with the head of size "
        "{old}. It was set back to entry {agreed} or later and written on, or another log is shown to you.",
        "回滚：日志与您于 {seen} 所见（规模 {agreed}）一致，却与规模 {old} 的检查点不一致。"
        "日志被退回到第 {agreed} 条或之后并继续写入，或向您出示了另一份日志。",
    ),
    "rolled_back_to": (
        "Rolled back: the log shows again the head of size {size} that you saw on {seen}; entries {size} to {last}, "
        "which you saw signed, are gone.",
        "回滚：日志再次出示您于 {seen} 见过的规模为 {size} 的检查点；您见过其签名的第 {size} 至 {last} 条已消失。",
    ),
    "split_from": (
        "Split view: the log of size {size} does not begin with the {old} entries that you saw signed. Somewhere "
        "before entry {old} there are two histories.",
        "分裂视图：规模为 {size} 的日志并不以您见过签名的 {old} 条开头。第 {old} 条之前存在两种历史。",
    ),
    "unproven": (
        "No consistency proof from size {old} to size {size}: {problem}",
        "没有从规模 {old} 到规模 {size} 的一致性证明：{problem}",
    ),
    # what holds
    "ok_key_yours": ("Signed with the key you gave: {key}", "由您提供的密钥签署：{key}"),
    "ok_head": (
        "The head of the log “{origin}” is signed: {size} entries, root {root}.",
        "日志“{origin}”的检查点已签名：{size} 条，根 {root}。",
    ),
    "ok_log": (
        "All {entries} entries are the ones that were signed, in this order: none was added, left out, changed or "
        "moved.",
        "全部 {entries} 条均为所签条目且顺序一致：无增加、遗漏、改动或移动。",
    ),
    "ok_heads": (
        "{heads} signed heads belong to one log that only ever grew.",
        "{heads} 个签名检查点属于同一份只增不减的日志。",
    ),
    "ok_entries": (
        "{entries} entries are in that log, each at the place it claims.",
        "{entries} 条条目均在该日志中，且位置与所称一致。",
    ),
    "ok_versions": (
        "{versions} versions of {objects} records follow each other without a hole, each named by exactly one entry.",
        "{objects} 条记录的 {versions} 个版本前后相接、没有缺口，且各由唯一条目产生。",
    ),
    "ok_changes": (
        "{versions} versions are named by these entries.",
        "这些条目提及 {versions} 个版本。",
    ),
    "ok_rows": (
        "{rows} versions are shown with their content, which is the one recorded.",
        "{rows} 个版本附有内容，且与所记一致。",
    ),
    "ok_values": (
        "{values} personal values shown are the ones recorded.",
        "所披露的 {values} 个个人信息值与所记一致。",
    ),
    "ok_rulesets": (
        "{rulesets} rule-sets are in the file, each with the bytes its hash says.",
        "文件含 {rulesets} 个规则集，其字节均与哈希一致。",
    ),
    "ok_memory": (
        "The log continues the head of size {old} that you remember.",
        "该日志延续您所记得的规模为 {old} 的检查点。",
    ),
    "first": ("First seen: size {size}. It is remembered from now on.", "首次见到：规模 {size}。自此记住。"),
    "same": ("Unchanged: still the {size} entries you remember.", "未变：仍是您所记得的 {size} 条。"),
    "grown": (
        "Consistent: the {size} entries begin with the {old} you remember.",
        "一致：这 {size} 条以您所记得的 {old} 条开头。",
    ),
    "ok_entry": (
        "Entry {index}: {words} ({action}); {subject}; {ts}; by {who}; {outcome}{ruleset}.",
        "第 {index} 条：{words}（{action}）；{subject}；{ts}；操作者 {who}；{outcome}{ruleset}。",
    ),
    "ok_row": ("  version {version} of {table} {record}: {content}", "  {table} {record} 版本 {version}：{content}"),
    "ok_read": ("  seen of {whose}: {fields}", "  查阅 {whose}：{fields}"),
    # what is not proven
    "no_key": (
        "Whose key it is. Compare it with one you got from the institution by another way: {key}",
        "密钥属于谁。请与另行从该机构取得的密钥核对：{key}",
    ),
    "no_newer": (
        "That there is nothing newer, and that others are shown the same log: keep this head and compare it later "
        "(witness).",
        "不存在更新的条目，以及他人看到同一份日志：请保存此检查点，日后比对（见证）。",
    ),
    "no_complete": (
        "That nothing else was recorded: the file is a selection of the log's {size} entries.",
        "没有其他记录：本文件只是日志 {size} 条中的一部分。",
    ),
    "no_rows": (
        "The content of {withheld} versions: only their digests are in the file.",
        "{withheld} 个版本的内容：文件中只有其摘要。",
    ),
    "no_values": (
        "{sealed} personal values that are in the file as commitments only.",
        "{sealed} 个个人信息值：文件中仅有其承诺。",
    ),
    "no_rulesets": (
        "What {missing} rule-sets say that entries refer to: they are not in the file.",
        "条目引用的 {missing} 个规则集的内容：不在文件中。",
    ),
    "no_truth": (
        "That what was recorded is true, and that clocks were right: the log proves what was recorded, not more.",
        "所记内容属实、时钟准确：日志只证明记录了什么。",
    ),
    "no_stamp": (
        "{stamps} time-stamps (RFC 3161) lie beside the heads; check them with: openssl ts -verify.",
        "检查点旁附有 {stamps} 个时间戳（RFC 3161）；可用 openssl ts -verify 核验。",
    ),
    # the frame
    "proven": ("Proven", "已证明"),
    "not_proven": ("Not proven", "未证明"),
    "broken": ("Does not hold", "不成立"),
    "sound": ("Everything checked holds.", "所检查的全部成立。"),
    "unsound": ("{count} things do not hold.", "有 {count} 处不成立。"),
    "more": ("… and {count} more.", "……另有 {count} 处。"),
    "by_ruleset": ("; rule-set {ruleset}", "；规则集 {ruleset}"),
    "on_behalf": ("{who}, on behalf of {person}", "{who}，代表 {person}"),
    "success": ("done", "成功"),
    "denied": ("refused", "被拒绝"),
    "failed": ("failed", "失败"),
}


def say(lang: str, code: str, **params: Any) -> str:
    """A parameter that is a pair has a form for each language."""
    place = int(lang == "zh")
    shown = {name: value[place] if isinstance(value, tuple) else value for name, value in params.items()}
    return WORDS[code][place].format(
        **{name: f"{value:,}" if isinstance(value, int) else value for name, value in shown.items()}
    )


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold; `params` has `index` wherever an entry can be named."""

    code: str
    params: Params


@dataclass
class Report:
    """What was found, what was proven and what was not; codes of WORDS with their parameters."""

    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    proven: list[tuple[str, Params]] = field(default_factory=list)
    open: list[tuple[str, Params]] = field(default_factory=list)

    def wrong(self, code: str, **params: Any) -> None:
        self.count += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, params))

    def holds(self, code: str, **params: Any) -> None:
        self.proven.append((code, params))

    def leaves(self, code: str, **params: Any) -> None:
        self.open.append((code, params))

    def text(self, lang: str) -> str:
        """`Proven` holds only for what is not contradicted: with findings it is left out but for single entries."""
        parts = []
        if self.count:
            lines = [f"  {say(lang, each.code, **each.params)}" for each in self.findings]
            if self.count > len(self.findings):
                lines.append(f"  {say(lang, 'more', count=self.count - len(self.findings))}")
            parts.append((say(lang, "broken"), lines))
        parts.append((say(lang, "proven"), [f"  {say(lang, code, **params)}" for code, params in self.proven]))
        parts.append((say(lang, "not_proven"), [f"  {say(lang, code, **params)}" for code, params in self.open]))
        verdict = say(lang, "unsound", count=self.count) if self.count else say(lang, "sound")
        return "\n\n".join("\n".join([title, *lines]) for title, lines in parts if lines) + f"\n\n{verdict}\n"

    def as_json(self) -> str:
        value = {
            "sound": self.count == 0,
            "count": self.count,
            "findings": [{"code": each.code, **each.params} for each in self.findings],
            "proven": [{"code": code, **params} for code, params in self.proven],
            "notProven": [{"code": code, **params} for code, params in self.open],
        }
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# ── The tree (RFC 9162 section 2.1) ──────────────────────────────────────────────────────────────────────────────────


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def pair_up(row: Sequence[bytes]) -> list[bytes]:
    pairs = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


class Tree:
    """The right edge of a growing tree: hashes of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []

    def grow(self, leaves: Sequence[bytes]) -> list[list[bytes]]:
        """Append leaf hashes; per level, the nodes that became complete."""
        left, edge, completed = self.edge, list[bytes](), list[list[bytes]]()
        fresh = list(leaves)
        while fresh:
            level = len(completed)
            completed.append(fresh)
            row = [left.pop(), *fresh] if self.size >> level & 1 else fresh
            if len(row) % 2:
                edge.append(row[-1])
            fresh = pair_up(row)
        self.size += len(leaves)
        self.edge = [*left, *reversed(edge)]
        return completed

    def root(self) -> bytes:
        return fold(self.edge) if self.edge else sha256(b"").digest()


def fold(nodes: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), reversed(nodes))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    if not 0 <= index < size:
        raise Refused(f"entry {index} cannot be in a tree of {size}")
    inner, border = _shape(index, size)
    if len(proof) != inner + border:
        raise Refused(f"{len(proof)} hashes where {inner + border} are needed")
    if _climb_left(_climb(leaf, proof[:inner], index), proof[inner:]) != root:
        raise Refused("another root comes out")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    if not 0 < old <= new:
        raise Refused(f"size {new} cannot extend size {old}")
    if old == new:
        if proof or old_root != new_root:
            raise Refused("two roots for one size")
        return
    level = (old & -old).bit_length() - 1
    position = (old - 1) >> level
    inner, border = _shape(old - 1, new)
    inner -= level
    if len(proof) != inner + border + (1 if position else 0):
        raise Refused("the proof has another number of hashes than the sizes ask for")
    seed, path = (proof[0], proof[1:]) if position else (old_root, proof)
    older = [sibling for height, sibling in enumerate(path[:inner]) if position >> height & 1]
    if _climb_left(_climb_left(seed, older), path[inner:]) != old_root:
        raise Refused("another root comes out for the old size")
    if _climb_left(_climb(seed, path[:inner], position), path[inner:]) != new_root:
        raise Refused("another root comes out for the new size")


def _shape(index: int, size: int) -> tuple[int, int]:
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(seed: bytes, path: Sequence[bytes], position: int) -> bytes:
    for height, sibling in enumerate(path):
        seed = node_hash(sibling, seed) if position >> height & 1 else node_hash(seed, sibling)
    return seed


def _climb_left(seed: bytes, path: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), path, seed)


def consistency_proof(old: int, new: int, read: TileReader) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2 out of hash tiles. Raises Refused where a tile is missing."""
    path, begin, end = list[bytes](), 0, new
    while old != end:
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        if old <= middle:
            path.append(_range(middle, end, new, read))
            end = middle
        else:
            path.append(_range(begin, middle, new, read))
            begin = middle
    if begin > 0:
        path.append(_range(begin, end, new, read))
    return path[::-1]


def _range(begin: int, end: int, size: int, read: TileReader) -> bytes:
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(_node(level, begin >> level, size, read))
        begin += 1 << level
    return fold(nodes)


def _node(level: int, index: int, size: int, read: TileReader) -> bytes:
    tile_level, height = divmod(level, 8)
    number, offset = divmod(index << height, WIDTH)
    width = min(WIDTH, (size >> tile_level * 8) - number * WIDTH)
    path = tile_path(str(tile_level), number, width)
    data = read(path)
    if data is None or len(data) < width * HASH:
        raise Refused(f"{path} is missing or too short")
    nodes = [data[at * HASH : (at + 1) * HASH] for at in range(offset, offset + (1 << height))]
    while len(nodes) > 1:
        nodes = pair_up(nodes)
    return nodes[0]


def tiles_needed(old: int, new: int) -> list[str]:
    """Which tiles a consistency proof takes: it depends on the sizes alone."""
    paths: dict[str, None] = {}

    def blank(path: str) -> bytes:
        paths[path] = None
        return bytes(WIDTH * HASH)

    consistency_proof(old, new, blank)
    return list(paths)


def tile_path(level: str, number: int, width: int = WIDTH) -> str:
    """As in c2sp.org/tlog-tiles: `tile/0/x001/x234/067.p/17`."""
    return f"tile/{level}/{number_path(number)}" + (f".p/{width}" if width < WIDTH else "")


def number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


# ── Signed heads (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) ────────────────────────────────────────────────────

_DASH = "\u2014 "


@dataclass(frozen=True)
class Key:
    """`<name>+<key id>+<base64 of 0x01 and 32 bytes>`; the name is the log's origin."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Key":
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        data = unbase64(encoded)
        expected = sha256(name.encode() + b"\n" + data).digest()[:4]
        if not name or data[:1] != b"\x01" or len(data) != 1 + HASH or key_id != expected.hex():
            raise Unreadable(f"not a verifier key: {text[:100]}")
        return cls(name, expected, data[1:])

    def __str__(self) -> str:
        encoded = base64.b64encode(b"\x01" + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"


@dataclass(frozen=True)
class Head:
    origin: str
    size: int
    root: bytes
    note: str


def read_head(note: str, key: Key) -> Head:
    """The head that this key has signed. Raises Refused."""
    body, separator, signatures = note.rpartition("\n\n")
    text = body + "\n"
    if not separator or not signatures.endswith("\n"):
        raise Refused("not a signed note")
    _require_signature(text, signatures, key)
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,19}", lines[1]) or lines[0] != key.name:  # noqa: PLR2004 - the lines
        raise Refused("not a checkpoint of this log")
    root = unbase64(lines[2])
    if len(root) != HASH:
        raise Refused("the root is not 32 bytes long")
    return Head(lines[0], int(lines[1]), root, note)


def _require_signature(text: str, signatures: str, key: Key) -> None:
    found = False
    for line in signatures[:-1].split("\n"):
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH):
            raise Refused("a line among the signatures is none")
        value = unbase64(encoded)
        if (name, value[:4]) != (key.name, key.id):
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value[4:], text.encode())
        except InvalidSignature:
            raise Refused("the signature does not fit the text") from None
        found = True
    if not found:
        raise Refused("the log's key has not signed it")


def unbase64(text: str) -> bytes:
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Refused(f"not base64: {text[:40]!r}") from None
    if base64.b64encode(value).decode() != text:
        raise Refused(f"base64 in another spelling: {text[:40]!r}")
    return value


def split_notes(lines: Iterable[bytes]) -> Iterator[str]:
    """Signed notes one after the other, each followed by an empty line."""
    note: list[str] = []
    for raw in lines:
        line = raw.decode("utf-8", "replace")
        if line == "\n" and note and note[-1].startswith(_DASH):
            yield "".join(note)
            note = []
        else:
            note.append(line)
    if note:
        yield "".join(note)


# ── Entries, versions, disclosed values ──────────────────────────────────────────────────────────────────────────────

_ID = r'"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"'
_TEXT = r'"(?:[^"\\]|\\.)*"'
# The one spelling of an entry of version 1 (canonical JSON): what is read here is what was hashed, byte for byte.
_ENTRY = re.compile(
    r'\{"action":"([a-z0-9_.]+)",'
    r'"actor":\{"id":' + _ID + r',"on_behalf_of":(?:null|' + _ID + r'),"roles":\[([^\]]*)\],"type":"([a-z]+)"\},'
    r'"changes":\[([^\]]*)\],'
    r'"id":' + _ID + r","
    r'(?:"more":\{"n":([0-9]+),"root":"([0-9a-f]{64})"\},)?'
    r'"origin":\{"channel":"[a-z]+","ip":(?:null|' + _TEXT + r'),"request":' + _TEXT + r"\},"
    r'"outcome":"(success|denied|failed)",'
    r'(?:"reads":(\[[^\n]*?\]),)?'
    r'"reason":(null|' + _TEXT + r"),"
    r'"ruleset":(?:null|"([0-9a-f]{64})"),'
    r'"subject":\{"id":' + _ID + r',"type":"([a-z0-9_]+)"\},'
    r'"tenant":' + _ID + r',"ts":"([0-9TZ:.-]{27})","v":1\}'
)
_CHANGE = re.compile(
    r'\{"d":"([0-9a-f]{64})","id":' + _ID + r',"op":"(insert|update|delete)","t":"([a-z0-9_]+)","ver":([0-9]+)\}'
)
_CHANGE_FRAME = len('{"d":"","id":"","op":"","t":"","ver":}')
Change = tuple[str, str, int, str, str]
"""Table, record, version, operation, digest in hexadecimal."""


@dataclass(slots=True)
class Entry:
    index: int
    action: str
    actor: str
    behalf: str | None
    roles: str
    actor_type: str
    changes: list[Change]
    id: str
    more: tuple[int, str] | None
    outcome: str
    reads: str | None
    reason: str
    ruleset: str | None
    subject: str
    tenant: str
    ts: str


def read_entry(index: int, body: bytes) -> Entry | None:
    """None for bytes that are not the canonical form of an entry."""
    try:
        match = _ENTRY.fullmatch(body.decode())
    except UnicodeDecodeError:
        return None
    if match is None:
        return None
    (
        action, actor, behalf, roles, actor_type, listed, id_, many, root, outcome, reads, reason, ruleset, subject,
        kind, tenant, ts,
    ) = match.groups()  # fmt: skip
    found = _CHANGE.findall(listed)
    if len(listed) != sum(map(len, chain(*found))) + _CHANGE_FRAME * len(found) + max(0, len(found) - 1):
        return None
    return Entry(
        index,
        action,
        actor,
        behalf,
        roles.replace('"', "").replace(",", ", "),
        actor_type,
        [(t, i, int(v), o, d) for d, i, o, t, v in found],
        id_,
        None if many is None else (int(many), root),
        outcome,
        reads,
        reason,
        ruleset,
        f"{kind} {subject}",
        tenant,
        ts,
    )


_scan = json.JSONDecoder().raw_decode


def read_json(text: str) -> Any:
    """`json.loads` without what it looks for around a value. ValueError also for text after it but the line's end."""
    value, end = _scan(text)
    if end != len(text) and text[end:].strip():
        raise ValueError("there is more than one value")
    return value


def change_bytes(change: Change) -> bytes:
    table, record, version, op, digest = change
    return f'{{"d":"{digest}","id":"{record}","op":"{op}","t":"{table}","ver":{version}}}'.encode()


def commitment(salt: str, column: str, text: str) -> str:
    """base64url(SHA-256(JCS([salt, "table.column", text]))), as the record holds it."""
    whole = json.dumps([salt, column, text], ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    return base64.urlsafe_b64encode(sha256(whole).digest()).decode().rstrip("=")


class Objects:
    """The versions of each record, as entries name them: 1, 2, 3 … each once, nothing after a deletion.

    Of two transactions that wait for each other the later version may stand earlier in the log, so holes are told at
    the end. `whole` says of which records all versions must be there.
    """

    def __init__(self, report: Report, whole: Callable[[str], bool]) -> None:
        self._report = report
        self._whole = whole
        self._next: dict[tuple[str, str], int] = {}
        self._early: dict[tuple[str, str], dict[int, int]] = {}
        self._ended: dict[tuple[str, str], int] = {}
        self._seen: dict[tuple[str, str], set[int]] = {}
        self.versions = 0

    def __len__(self) -> int:
        return len(self._next) + len(self._seen)

    def add(self, change: Change, index: int) -> None:
        table, record, version, op, _ = change
        key = table, record
        self.versions += 1
        if not self._whole(record):
            return self._add_loose(key, version, index)
        following, early = self._next.get(key, 1), self._early.get(key)
        if version < following or (early is not None and version in early):
            self._report.wrong("version_twice", table=table, record=record, version=version, index=index)
        elif version > following:
            self._early.setdefault(key, {})[version] = index
            self._next.setdefault(key, following)
        else:
            self._advance(key, version + 1)
        if op == "delete":
            self._ended[key] = version
        ended = self._ended.get(key)
        if ended is not None and version > ended:
            self._report.wrong("version_after_end", table=table, record=record, version=version, index=index)
        return None

    def _advance(self, key: tuple[str, str], following: int) -> None:
        early = self._early.get(key)
        while early is not None and following in early:
            del early[following]
            following += 1
        if early is not None and not early:
            del self._early[key]
        self._next[key] = following

    def _add_loose(self, key: tuple[str, str], version: int, index: int) -> None:
        seen = self._seen.setdefault(key, set())
        if version in seen:
            self._report.wrong("version_twice", table=key[0], record=key[1], version=version, index=index)
        seen.add(version)

    def finish(self) -> None:
        for (table, record), early in self._early.items():
            missing = self._next.get((table, record), 1)
            for version in sorted(early):
                if version > missing:
                    self._report.wrong(
                        "version_hole", table=table, record=record, version=missing, index=early[version]
                    )
                missing = version + 1


class Contents:
    """Checks entries together with the lines that show what they changed."""

    def __init__(self, report: Report, tenant: str, objects: Objects) -> None:
        self.report, self.objects = report, objects
        self._tenant = tenant
        self._ids: dict[str, int] = {}
        self.rulesets: dict[str, int] = {}
        self.rows = self.withheld = self.values = self.sealed = 0
        self.people: dict[str, str] = {}

    def bundle(self, start: int, entries: Sequence[bytes], lines: dict[int, list[Params]]) -> None:
        for index, body in enumerate(entries, start):
            self.entry(index, body, lines.pop(index, ()))
        self.strays(lines)

    def strays(self, lines: dict[int, list[Params]]) -> None:
        """Lines of entries that are not there."""
        for index, (line, *_) in lines.items():
            self.report.wrong("version_unnamed", index=index, table=line["t"], record=line["id"], version=line["ver"])

    def entry(self, index: int, body: bytes, lines: Sequence[Params]) -> Entry | None:
        entry = read_entry(index, body)
        if entry is None:
            self.report.wrong("entry_unreadable", index=index)
            return None
        if entry.tenant != self._tenant:
            self.report.wrong("entry_foreign", index=index)
        first = self._ids.setdefault(entry.id, index)
        if first != index:
            self.report.wrong("entry_twice", index=first, place=index)
        if entry.ruleset is not None:
            self.rulesets.setdefault(entry.ruleset, index)
        self._changes(entry, lines)
        for change in entry.changes:
            self.objects.add(change, index)
        return entry

    def _changes(self, entry: Entry, lines: Sequence[Params]) -> None:
        """Most entries change one record, and its line says the same."""
        if len(lines) == 1 and len(entry.changes) == 1 and entry.more is None:
            (line,), (change,) = lines, entry.changes
            if change == (line["t"], line["id"], line["ver"], line["op"], line["d"]):
                return self._content(entry, change, line)
        return self._all_changes(entry, lines)

    def _all_changes(self, entry: Entry, lines: Sequence[Params]) -> None:
        named = {change[:3]: change for change in entry.changes}
        shown = [(line["t"], line["id"], line["ver"], line["op"], line["d"]) for line in lines]
        if entry.more is not None:
            tree = Tree()
            tree.grow([sha256(b"\x00" + change_bytes(change)).digest() for change in shown])
            if (tree.size, tree.root().hex()) != entry.more:
                table, record, version = shown[0][:3] if shown else ("?", "?", 0)
                self._wrong("version_missing", entry, (table, record, version))
                return
            entry.changes = shown
            named = {change[:3]: change for change in shown}
        for change, line in zip(shown, lines, strict=True):
            if change[:3] not in named:
                self._wrong("version_unnamed", entry, change[:3])
            elif named[change[:3]] != change:
                self._wrong("row_differs", entry, change[:3])
            else:
                self._content(entry, change, line)
        if len(set(shown)) < len(shown):
            self._wrong("version_twice", entry, shown[0][:3])
        for key in named.keys() - {change[:3] for change in shown}:
            self._wrong("version_missing", entry, key)

    def _content(self, entry: Entry, change: Change, line: Params) -> None:
        row, opened = line.get("row"), line.get("open") or {}
        if row is None:
            self.withheld += 1
            if opened:
                self._wrong("row_differs", entry, change[:3])
            return
        if sha256(row.encode(errors="surrogatepass")).hexdigest() != change[4]:
            self._wrong("row_differs", entry, change[:3])
            return
        self.rows += 1
        try:
            held: Params = dict(read_json(row))
        except (ValueError, TypeError):
            self._wrong("row_differs", entry, change[:3])
            return
        made = change[2] - (1 if change[3] == "delete" else 0)
        if (held.get("id"), held.get("ver"), held.get("entry_id")) != (change[1], made, entry.id):
            self._wrong("row_differs", entry, change[:3])
        sealed = {name for name, value in held.items() if isinstance(value, dict)}
        self.sealed += len(sealed - opened.keys())
        for column, pair in opened.items():
            self._value(entry, change, held, column, pair)
        if change[0] == "staff_user":
            self.people[change[1]] = str(held.get("display_name"))
        elif change[0] == "party" and "name" in opened:
            self.people[change[1]] = str(opened["name"][1])

    def _value(self, entry: Entry, change: Change, held: Params, column: str, pair: Sequence[str]) -> None:
        expected = held.get(column)
        if expected != {"c": commitment(pair[0], f"{change[0]}.{column}", pair[1])}:
            table, record, version = change[:3]
            self.report.wrong(
                "value_differs", index=entry.index, table=table, column=column, record=record, version=version
            )
        else:
            self.values += 1

    def _wrong(self, code: str, entry: Entry, key: tuple[str, str, int]) -> None:
        self.report.wrong(code, index=entry.index, table=key[0], record=key[1], version=key[2])

    def tell(self, *, whole: bool) -> None:
        """What the contents prove, and what they leave open."""
        self.objects.finish()
        versions = self.objects.versions
        if whole and not self.report.count:
            self.report.holds("ok_versions", versions=versions, objects=len(self.objects))
        elif versions:
            self.report.holds("ok_changes", versions=versions)
        if self.rows:
            self.report.holds("ok_rows", rows=self.rows)
        if self.values:
            self.report.holds("ok_values", values=self.values)
        if self.withheld:
            self.report.leaves("no_rows", withheld=self.withheld)
        if self.sealed:
            self.report.leaves("no_values", sealed=self.sealed)


# ── Where bytes come from ────────────────────────────────────────────────────────────────────────────────────────────


class Files(Protocol):
    """Files by their path; `open` for those that are read line by line."""

    def read(self, path: str, limit: int = MAX_NOTE) -> bytes | None: ...


class Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        self.names = set(names)
        if len(self.names) != len(names):
            raise Unreadable("two files in the pack have one name")

    def read(self, path: str, limit: int = MAX_NOTE) -> bytes | None:
        if path not in self.names:
            return None
        if self._archive.getinfo(path).file_size > limit:
            raise Unreadable(f"{path} is larger than such a file can be")
        return self._archive.read(path)

    def lines(self, path: str) -> Iterator[bytes]:
        if path in self.names:
            with self._archive.open(path) as file, io.BufferedReader(file, _BUFFER) as lines:  # type: ignore[type-var]  # IO[bytes] is a raw stream here
                yield from _lines(lines)

    def below(self, folder: str) -> list[str]:
        return sorted(
            (name for name in self.names if name.startswith(folder + "/")), key=lambda name: (len(name), name)
        )


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_BUNDLE):
        yield line


@dataclass(frozen=True)
class Folder:
    root: Path

    def read(self, path: str, limit: int = MAX_NOTE) -> bytes | None:
        file = self.root / path
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(limit)


@dataclass(frozen=True)
class Web:
    """A log that is published over HTTP, in the layout of tlog-tiles."""

    base: str

    def read(self, path: str, limit: int = MAX_NOTE) -> bytes | None:
        if urllib.parse.urlsplit(self.base).scheme not in {"http", "https"}:
            raise Unreadable(f"not an http address: {self.base}")
        try:
            with urllib.request.urlopen(f"{self.base.rstrip('/')}/{path}", timeout=30) as answer:  # noqa: S310
                found: bytes = answer.read(limit)
                return found
        except urllib.error.HTTPError as error:
            if error.code == 404:  # noqa: PLR2004 - not found
                return None
            raise Unreadable(f"{self.base}: {error}") from None
        except OSError as error:
            raise Unreadable(f"{self.base}: {error}") from None


# ── A pack of the whole log ──────────────────────────────────────────────────────────────────────────────────────────


class WholeLog:
    """Bundle by bundle: entries against hashes, hashes against the signed heads, contents against entries."""

    def __init__(self, files: Zip, head: Head, key: Key, report: Report, contents: Contents) -> None:
        self.files, self.head, self.key, self.report, self.contents = files, head, key, report, contents
        self.tree = Tree()
        self.heads = 0
        self._agreed = 0
        self._broken = False
        self._rows: dict[int, list[bytes]] = {}
        self._done: dict[int, int] = {}

    def run(self, remembered: Head | None) -> None:
        heads = merged(self._signed(), remembered, self.report)
        waiting = next(heads, None)
        for number in range(-(-self.head.size // WIDTH)):
            hashes = self._bundle(number, min(WIDTH, self.head.size - number * WIDTH))
            start = self.tree.size
            while waiting is not None and waiting.size <= start + len(hashes):
                self._grow(hashes[self.tree.size - start : waiting.size - start])
                self._compare(waiting)
                waiting = next(heads, None)
            self._grow(hashes[self.tree.size - start :])
        for level, row in self._rows.items():
            self._tile(level, row)
        while waiting is not None:
            self.report.wrong("head_beyond", size=waiting.size, end=self.head.size, index=self.head.size)
            waiting = next(heads, None)
        self._strays()

    def _signed(self) -> Iterator[Head]:
        """Every head of the list, verified; the newest must be the one the pack stands on."""
        newest: Head | None = None
        for note in split_notes(self.files.lines("checkpoints")):
            try:
                head = read_head(note, self.key)
            except Refused as problem:
                size = note.split("\n")[1:2] or ["?"]
                self.report.wrong("head_forged", size=size[0], problem=str(problem))
                continue
            if newest is not None and head.size == newest.size and head.root != newest.root:
                self.report.wrong("split_view", size=head.size, index=head.size - 1)
            elif newest is not None and head.size <= newest.size:
                self.report.wrong("head_order", size=newest.size, next=head.size)
            else:
                newest = head
                yield head
        if newest is None or (newest.size, newest.root) != (self.head.size, self.head.root):
            self.report.wrong("head_other", size=0 if newest is None else newest.size, head=self.head.size)
            yield self.head

    def _grow(self, leaves: Sequence[bytes]) -> None:
        completed = self.tree.grow(leaves)
        for level in range(8, len(completed), 8):
            row = self._rows.setdefault(level // 8, [])
            row += completed[level]
            while len(row) >= WIDTH:
                self._tile(level // 8, row[:WIDTH])
                del row[:WIDTH]

    def _tile(self, level: int, row: Sequence[bytes]) -> None:
        if not row:
            return
        number = self._done.get(level, 0)
        self._done[level] = number + 1
        path = tile_path(str(level), number, len(row))
        if self.files.read(path) != b"".join(row):
            self.report.wrong("tile_changed", tile=path)

    def _compare(self, head: Head) -> None:
        self.heads += 1
        if self.tree.root() == head.root:
            self._agreed = head.size
        elif not self._broken:
            self._broken = True
            self.report.wrong(
                "head_differs", size=head.size, first=self._agreed, last=head.size - 1, index=self._agreed
            )

    def _bundle(self, number: int, width: int) -> list[bytes]:
        """The hashes the tree stands on: those of the tile, so that one changed entry is one finding."""
        start = number * WIDTH
        tile = self.files.read(tile_path("0", number, width))
        if tile is None or len(tile) != width * HASH:
            self.report.wrong("tile_changed", tile=tile_path("0", number, width), index=start)
            tile = None
        entries = self._entries(number, width)
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        claimed = None
        if tile is not None and tile == b"".join(hashes):
            claimed = hashes
        elif tile is not None:
            claimed = [tile[at : at + HASH] for at in range(0, len(tile), HASH)]
            self._tell_apart(start, hashes, claimed)
        self.contents.bundle(start, entries, grouped(self.files, number, self.report))
        return claimed if claimed is not None else (hashes + [bytes(HASH)] * width)[:width]

    def _entries(self, number: int, width: int) -> list[bytes]:
        path = tile_path("entries", number, width)
        data = self.files.read(path, MAX_BUNDLE)
        if data is None:
            self.report.wrong("entry_missing", index=number * WIDTH)
            return []
        entries, at, end = list[bytes](), 0, len(data)
        while at < end:
            begin = at + 2
            at = begin + (data[begin - 2] << 8 | data[begin - 1] if begin <= end else 1)
            if at > end:
                self.report.wrong("entry_missing", index=number * WIDTH + len(entries))
                return entries
            entries.append(data[begin:at])
        return entries

    def _tell_apart(self, start: int, hashes: Sequence[bytes], claimed: Sequence[bytes]) -> None:
        """Changed, left out, put in, moved or doubled: by where the tree has each hash."""
        home = {value: place for place, value in enumerate(claimed)}
        found = set(hashes)
        wrong = self.report.count
        for place, value in enumerate(claimed):
            if value not in found:
                replaced = place < len(hashes) and hashes[place] not in home
                self.report.wrong("entry_changed" if replaced else "entry_missing", index=start + place)
        seen: dict[bytes, int] = {}
        for place, value in enumerate(hashes):
            if value in seen:
                self.report.wrong("entry_twice", index=start + home.get(value, seen[value]), place=start + place)
            elif value not in home and (place >= len(claimed) or claimed[place] in found):
                self.report.wrong("entry_added", index=start + place)
            seen[value] = place
        if self.report.count == wrong:
            for place, value in enumerate(hashes):
                if home[value] != place:
                    self.report.wrong("entry_moved", index=start + home[value], place=start + place)

    def _strays(self) -> None:
        """Bundles and versions beyond the head: a reader who does not count would take them for entries."""
        end = -(-self.head.size // WIDTH)
        known = {tile_path("entries", n, min(WIDTH, self.head.size - n * WIDTH)) for n in range(end)}
        for path in self.files.below("tile/entries"):
            if path not in known:
                self.report.wrong("entry_added", index=self.head.size)
        known = {f"versions/{number_path(number)}.jsonl" for number in range(end)}
        for path in self.files.below("versions"):
            if path not in known:
                self.report.wrong("entry_added", index=self.head.size)


def merged(heads: Iterator[Head], remembered: Head | None, report: Report) -> Iterator[Head]:
    """The remembered head at its place among the others."""
    for head in heads:
        if remembered is not None and remembered.size <= head.size:
            if remembered.size == head.size and remembered.root != head.root:
                report.wrong("split_view", size=head.size, index=head.size - 1)
            elif remembered.size < head.size:
                yield remembered
            remembered = None
        yield head


def grouped(files: Zip, number: int, report: Report) -> dict[int, list[Params]]:
    """The version lines of a bundle, by the entry they belong to."""
    path, found = f"versions/{number_path(number)}.jsonl", dict[int, list[Params]]()
    for count, raw in enumerate(files.lines(path), start=1):
        line = read_line(raw, path, count, report)
        if line is not None:
            found.setdefault(line["i"], []).append(line)
    return found


_LINE = ("i", "t", "id", "ver", "op", "d")
_LINE_TYPES = (int, str, str, int, str, str)
_NOTHING: Params = {}


def read_line(raw: bytes, path: str, count: int, report: Report) -> Params | None:
    try:
        return checked_line(read_json(raw.decode()))
    except (ValueError, RecursionError) as problem:
        report.wrong("line_unreadable", file=path, line=count, problem=str(problem)[:200])
        return None


def checked_line(line: Any) -> Params:
    """A version line: `{"i": entry, "t": table, "id", "ver", "op", "d": digest, "row": text|null, "open": {column:
    [salt, text]}}`. ValueError for anything else."""
    if not isinstance(line, dict) or tuple(map(type, map(line.get, _LINE))) != _LINE_TYPES:
        raise ValueError("not a version")
    row, opened = line.get("row"), line.get("open", _NOTHING)
    if not (row is None or isinstance(row, str)) or not isinstance(opened, dict):
        raise ValueError("not a version")
    for pair in opened.values():
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):  # noqa: PLR2004 - a pair
            raise ValueError("a disclosed value is [salt, text]")
    return line


# ── A selection of entries, each with its own proof ──────────────────────────────────────────────────────────────────


class Selected:
    """Entries with `c2sp.org/tlog-proof@v1` proofs, all under one head."""

    def __init__(self, head: Head, key: Key, report: Report, contents: Contents) -> None:
        self.head, self.key, self.report, self.contents = head, key, report, contents
        self.entries: list[Entry] = []
        self.count = 0
        self._last = -1
        self._seen: set[int] = set()
        self._note = head.note

    def add(self, body: str, proof: str, lines: dict[int, list[Params]]) -> None:
        try:
            index, hashes, note = parse_proof(proof)
        except Refused as problem:
            self.report.wrong("proof_wrong", index=self._last + 1, problem=str(problem))
            return
        self._prove(index, body.encode(), hashes, note)
        if index in self._seen:
            self.report.wrong("entry_twice", index=index, place=index)
            return
        self._seen.add(index)
        if index <= self._last:
            self.report.wrong("entry_order", index=index, after=self._last)
        self._last = index
        self.count += 1
        entry = self.contents.entry(index, body.encode(), lines.pop(index, ()))
        if entry is not None and len(self.entries) < MAX_TOLD:
            self.entries.append(entry)

    def _prove(self, index: int, body: bytes, hashes: Sequence[bytes], note: str) -> None:
        if note != self._note:
            self.report.wrong("proof_wrong", index=index, problem="it stands under another head")
            return
        try:
            verify_inclusion(sha256(b"\x00" + body).digest(), index, self.head.size, hashes, self.head.root)
        except Refused as problem:
            self.report.wrong("proof_wrong", index=index, problem=str(problem))


def parse_proof(text: str) -> tuple[int, list[bytes], str]:
    """Index, hashes and signed head of a tlog-proof file."""
    top, separator, note = text.partition("\n\n")
    header, *lines = top.split("\n")
    if header != "c2sp.org/tlog-proof@v1" or not separator:
        raise Refused("not a tlog-proof")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[0]):
        raise Refused("the proof names no index")
    return int(lines[0].removeprefix("index ")), [unbase64(line) for line in lines[1:]], note


# ── Whole files ──────────────────────────────────────────────────────────────────────────────────────────────────────


def verify_file(path: Path, key: str | None = None, memory: Path | None = None) -> Report:
    """An .auditpack or an .auditproof. Raises Unreadable."""
    try:
        remembered = None if memory is None else load_memory(memory)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return verify_pack(Zip(archive), key, remembered)
        with path.open("rb") as file:
            return verify_proof(_json(file.read(1 << 28), PROOF), key, remembered)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError) as problem:
        raise Unreadable(str(problem)) from None


def _json(data: bytes | None, expected: str) -> Params:
    try:
        value = json.loads(data or b"")
    except (ValueError, RecursionError):
        raise Unreadable(f"not a file of the format {expected}") from None
    if not isinstance(value, dict) or value.get("format") != expected:
        raise Unreadable(f"not a file of the format {expected}")
    return value


def opened(about: Params, note: bytes | None, key: str | None, report: Report) -> tuple[Key, Head] | None:
    """The key to trust and the head the file stands on; None when there is no such head."""
    given, named = (None if key is None else Key.parse(key)), Key.parse(str(about.get("key", "")))
    if given is not None and given != named:
        report.wrong("key_differs", key=str(named))
    trusted = given or named
    if note is None:
        report.wrong("head_missing")
        return None
    text = note.decode("utf-8", "replace")
    try:
        head = read_head(text, trusted)
    except Refused as problem:
        report.wrong("head_forged", size=(text.split("\n")[1:2] or ["?"])[0], problem=str(problem))
        return None
    report.holds("ok_head", origin=head.origin, size=head.size, root=base64.b64encode(head.root).decode())
    if given is None:
        report.leaves("no_key", key=str(trusted))
    else:
        report.holds("ok_key_yours", key=str(trusted))
    report.leaves("no_newer")
    report.leaves("no_truth")
    return trusted, head


def verify_pack(files: Zip, key: str | None, memory: "Memory | None") -> Report:
    report = Report()
    about = _json(files.read("manifest.json"), PACK)
    found = opened(about, files.read("checkpoint"), key, report)
    if found is None:
        return report
    trusted, head = found
    selection = about.get("selection")
    if selection is None:
        contents = Contents(report, str(about.get("tenant")), Objects(report, lambda _: True))
        _whole(files, trusted, head, report, contents, memory)
    else:
        contents = Contents(report, str(about.get("tenant")), Objects(report, complete(selection)))
        _selected(files, trusted, head, report, contents, about)
    contents.tell(whole=selection is None)
    check_rulesets(contents, report, {path.rsplit("/", 1)[1]: path for path in files.below("rulesets")}, files.read)
    if stamps := files.below("timestamps"):
        report.leaves("no_stamp", stamps=len(stamps))
    return report


def complete(selection: Params) -> Callable[[str], bool]:
    """Of a record that was selected by itself and for all time, every version must be there."""
    subjects = selection.get("subjects") or ()
    always = selection.get("since") is None and selection.get("until") is None
    return lambda record: always and record in subjects


def _whole(files: Zip, key: Key, head: Head, report: Report, contents: Contents, memory: "Memory | None") -> None:
    log = WholeLog(files, head, key, report, contents)
    remembered = None if memory is None else memory.head(key)
    if remembered is not None and remembered.size > head.size:
        report.wrong(
            "truncated", old=remembered.size, size=head.size, index=head.size, seen=memory.seen if memory else ""
        )
        remembered = None
    log.run(remembered)
    if not report.count:
        report.holds("ok_log", entries=head.size)
        report.holds("ok_heads", heads=log.heads)
        if remembered is not None:
            report.holds("ok_memory", old=remembered.size)


def _selected(files: Zip, key: Key, head: Head, report: Report, contents: Contents, about: Params) -> None:
    chosen = Selected(head, key, report, contents)
    for path in files.below("proofs"):
        number = int("".join(re.findall(r"[0-9]+", path)))
        lines = grouped(files, number, report)
        for count, raw in enumerate(files.lines(path), start=1):
            try:
                line = json.loads(raw)
                chosen.add(str(line["entry"]), str(line["proof"]), lines)
            except (ValueError, KeyError, TypeError) as problem:
                report.wrong("line_unreadable", file=path, line=count, problem=str(problem)[:200])
        contents.strays(lines)
    if chosen.count != about.get("entries"):
        report.wrong("entry_missing", index=chosen.count)
    _tell_entries(chosen, report, about.get("words") or {}, rows={})


def verify_proof(about: Params, key: str | None, memory: "Memory | None" = None) -> Report:
    """One small file: entries, proofs, what they changed, the rule-sets they were decided by."""
    report = Report()
    note = about.get("checkpoint")
    found = opened(about, None if not isinstance(note, str) else note.encode(), key, report)
    if found is None:
        return report
    trusted, head = found
    contents = Contents(report, str(about.get("tenant")), Objects(report, lambda _: False))
    chosen = Selected(head, trusted, report, contents)
    lines = _proof_lines(about.get("versions"), report)
    rows = {(line["t"], line["id"], line["ver"]): line for each in lines.values() for line in each}
    listed = about.get("entries")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            chosen.add(str(each.get("entry")), str(each.get("proof")), lines)
    contents.strays(lines)
    if not chosen.count:
        report.wrong("entry_missing", index=0)
    if memory is not None:
        _remembered(memory, trusted, head, report)
    _tell_entries(chosen, report, about.get("words") or {}, rows)
    contents.tell(whole=False)
    texts = about.get("rulesets") or {}
    check_rulesets(contents, report, {sha: sha for sha in texts}, lambda sha: base64.b64decode(texts[sha]))
    return report


def _proof_lines(versions: Any, report: Report) -> dict[int, list[Params]]:
    found: dict[int, list[Params]] = {}
    for count, line in enumerate(versions if isinstance(versions, list) else (), start=1):
        try:
            found.setdefault(checked_line(line)["i"], []).append(line)
        except ValueError as problem:
            report.wrong("line_unreadable", file="versions", line=count, problem=str(problem))
    return found


def _remembered(memory: "Memory", key: Key, head: Head, report: Report) -> None:
    """A proof has no tiles, so only a head of the same size, or a smaller one, tells anything."""
    old = memory.head(key)
    if old is not None and old.size == head.size and old.root != head.root:
        report.wrong("split_view", size=head.size, index=head.size - 1)
    elif old is not None and old.size == head.size:
        report.holds("ok_memory", old=old.size)


def _tell_entries(
    chosen: Selected, report: Report, words: dict[str, Sequence[str]], rows: dict[tuple[str, str, int], Params]
) -> None:
    if not report.count:
        report.holds("ok_entries", entries=chosen.count)
    report.leaves("no_complete", size=chosen.head.size)
    wrong = {each.params.get("index") for each in report.findings}
    for entry in chosen.entries:
        if entry.index in wrong:
            continue
        meaning = words.get(entry.action) or (entry.action, entry.action)
        report.holds("ok_entry", **_sentence(entry, meaning, chosen.contents.people))
        for whose, fields in _reads(entry, chosen.contents.people):
            report.holds("ok_read", whose=whose, fields=fields)
        for change in entry.changes[:MAX_TOLD]:
            line = rows.get(change[:3])
            if line is not None and line.get("row") is not None:
                report.holds("ok_row", table=change[0], record=change[1], version=change[2], content=_content(line))


def _sentence(entry: Entry, meaning: Sequence[str], people: dict[str, str]) -> Params:
    """Parameters of `ok_entry`."""
    who = f"{people.get(entry.actor, '')} ({entry.actor_type} {entry.actor}; {entry.roles})".strip()
    behalf = None if entry.behalf is None else people.get(entry.behalf, entry.behalf)
    reason = "" if entry.reason == "null" else f" ({json.loads(entry.reason)})"
    return {
        "index": entry.index,
        "words": tuple(meaning),
        "action": entry.action,
        "subject": entry.subject,
        "ts": entry.ts,
        "who": who if behalf is None else _both("on_behalf", who=who, person=behalf),
        "outcome": tuple(word + reason for word in WORDS[entry.outcome]),
        "ruleset": "" if entry.ruleset is None else _both("by_ruleset", ruleset=entry.ruleset),
    }


def _reads(entry: Entry, people: dict[str, str]) -> list[tuple[str, str]]:
    """Whose record was seen, and which of its fields: by their names, for the log holds no values. Who it is stands
    with it where the file discloses the name."""
    try:
        seen = json.loads(entry.reads or "[]")
        return [(_whose(each, people), ", ".join(each["fields"])) for each in seen[:MAX_TOLD]]
    except (ValueError, TypeError, KeyError):
        return []


def _whose(read: Params, people: dict[str, str]) -> str:
    named = people.get(read["id"])
    return f"{read['type']} {read['id']}" + ("" if named is None else f" ({named})")


def _both(code: str, **params: Any) -> tuple[str, str]:
    return say("en", code, **params), say("zh", code, **params)


def _content(line: Params) -> str:
    row, told = json.loads(line["row"]), line.get("open") or {}
    parts = []
    for name, value in row.items():
        if name in told:
            parts.append(f"{name} = {told[name][1]}")
        elif value is not None and not isinstance(value, dict) and name not in {"id", "entry_id", "tenant_id", "ver"}:
            parts.append(f"{name} = {value}")
    return "; ".join(parts)


def check_rulesets(
    contents: Contents, report: Report, there: dict[str, str], read: Callable[[str], bytes | None]
) -> None:
    """Bytes against the hash they are filed under; rule-sets that are referred to and not there are told."""
    for name, path in there.items():
        sha = name.partition(".")[0]
        try:
            data = read(path)
        except (ValueError, TypeError):
            data = None
        if data is None or sha256(data).hexdigest() != sha:
            report.wrong("ruleset_differs", ruleset=sha, index=contents.rulesets.get(sha, 0))
    missing = contents.rulesets.keys() - {name.partition(".")[0] for name in there}
    if there and not any(each.code == "ruleset_differs" for each in report.findings):
        report.holds("ok_rulesets", rulesets=len(there))
    if missing:
        report.leaves("no_rulesets", missing=len(missing))


# ── The witness ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Memory:
    """What a witness has seen, in a file of her own. `heads` are [size, root, when], the newest last; `alarms` keep
    the signed heads that did not fit, as evidence."""

    key: str
    note: str
    heads: list[list[Any]]
    alarms: list[Params] = field(default_factory=list)

    @property
    def seen(self) -> str:
        return str(self.heads[-1][2])

    def head(self, key: Key) -> Head | None:
        """The newest head it remembers; it was signed by the same key or is of no use here."""
        try:
            return read_head(self.note, key)
        except Refused:
            return None

    def older(self, below: int) -> Iterator[tuple[int, bytes, str]]:
        for size, root, seen in reversed(self.heads):
            if size <= below:
                yield size, unbase64(root), seen


def load_memory(path: Path) -> Memory | None:
    """None when there is none yet. Raises Unreadable for a file that is none."""
    if not path.exists():
        return None
    value = _json(path.read_bytes(), MEMORY)
    try:
        memory = Memory(str(value["key"]), str(value["note"]), list(value["heads"]), list(value.get("alarms", [])))
        newest = read_head(memory.note, Key.parse(memory.key))
        if [newest.size, base64.b64encode(newest.root).decode()] != memory.heads[-1][:2]:
            raise Unreadable(f"{path}: the newest head is not the one that is signed")
    except (KeyError, IndexError, TypeError, Refused) as problem:
        raise Unreadable(f"{path}: {problem}") from None
    return memory


def save_memory(path: Path, memory: Memory) -> None:
    """All or nothing, also when the machine stops in between."""
    value = {"format": MEMORY, "key": memory.key, "note": memory.note, "heads": memory.heads, "alarms": memory.alarms}
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True)
class Verdict:
    """`code` is one of `first`, `same`, `grown`, or of what does not hold."""

    code: str
    params: Params
    head: Head | None

    @property
    def sound(self) -> bool:
        return self.code in {"first", "same", "grown"}


def judge(memory: Memory | None, note: str, key: Key, read: TileReader) -> Verdict:
    """Is this head the one that was remembered, or does it continue it?"""
    try:
        head = read_head(note, key)
    except Refused as problem:
        return Verdict("head_forged", {"size": (note.split("\n")[1:2] or ["?"])[0], "problem": str(problem)}, None)
    if memory is None:
        return Verdict("first", {"size": head.size}, head)
    if str(key) != memory.key:
        return Verdict("key_differs", {"key": str(key)}, head)
    old = read_head(memory.note, key)
    if head.size < old.size:
        return _shorter(memory, old, head, read)
    if head.size > old.size:
        return _longer(memory, old, head, read)
    code = "same" if head.root == old.root else "split_view"
    return Verdict(code, {"size": head.size, "index": head.size - 1}, head)


def _longer(memory: Memory, old: Head, head: Head, read: TileReader) -> Verdict:
    trouble = _extends(old.size, old.root, head, read)
    if trouble is None:
        return Verdict("grown", {"old": old.size, "size": head.size}, head)
    if trouble.startswith("tile/"):
        return Verdict("unproven", {"old": old.size, "size": head.size, "problem": trouble}, head)
    return _forked(memory, old, head, read)


def _extends(size: int, root: bytes, head: Head, read: TileReader) -> str | None:
    """None if the head continues the older one, else why not; what begins with `tile/` could not be read."""
    if size == head.size:
        return None if root == head.root else "two roots for one size"
    if size == 0:
        return None
    try:
        verify_consistency(size, head.size, consistency_proof(size, head.size, read), root, head.root)
    except Refused as problem:
        return str(problem)
    return None


def _shorter(memory: Memory, old: Head, head: Head, read: TileReader) -> Verdict:
    common = {"old": old.size, "size": head.size, "index": head.size}
    for size, root, seen in memory.older(head.size):
        if size == head.size and root == head.root:
            return Verdict("rolled_back_to", common | {"seen": seen, "last": old.size - 1}, head)
        problem = _extends(size, root, head, read)
        if problem is not None and not problem.startswith("tile/"):
            return Verdict("split_from", {"size": head.size, "old": size, "index": size - 1}, head)
        break
    return Verdict("truncated", common | {"seen": memory.seen}, head)


def _forked(memory: Memory, old: Head, head: Head, read: TileReader) -> Verdict:
    for size, root, seen in memory.older(old.size - 1):
        if size and _extends(size, root, head, read) is None:
            return Verdict("rolled_back", {"old": old.size, "agreed": size, "seen": seen, "index": size}, head)
    return Verdict("split_from", {"size": head.size, "old": old.size, "index": old.size - 1}, head)


def remember(path: Path, memory: Memory | None, key: Key, verdict: Verdict, now: datetime) -> None:
    """A head that fits is remembered; one that does not is kept as evidence beside the one that was."""
    when = now.astimezone(UTC).isoformat(timespec="seconds")
    head = verdict.head
    if head is None:
        return
    if not verdict.sound and memory is not None:
        memory.alarms.append({"seen": when, "code": verdict.code, "note": head.note})
    elif memory is None:
        memory = Memory(str(key), head.note, [[head.size, base64.b64encode(head.root).decode(), when]])
    elif verdict.code == "grown":
        memory.note = head.note
        memory.heads.append([head.size, base64.b64encode(head.root).decode(), when])
    if memory is not None:
        save_memory(path, memory)


def witness(path: Path, files: Files, key: str | None, now: datetime) -> Verdict:
    """One look at a log. The key is the given one, the remembered one, or that of the first look (`key` beside the
    checkpoint). Raises Unreadable."""
    memory = load_memory(path)
    text = key or (memory.key if memory is not None else (files.read("key") or b"").decode())
    if not text:
        raise Unreadable("there is no key: give it with --key the first time")
    trusted = Key.parse(text)
    note = files.read("checkpoint")
    if note is None:
        raise Unreadable("there is no checkpoint to look at")
    verdict = judge(memory, note.decode("utf-8", "replace"), trusted, files.read)
    remember(path, memory, trusted, verdict, now)
    return verdict


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        return _witness(words[1:]) if words[:1] == ["witness"] else _verify(words)
    except (Unreadable, Refused) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2


def _parser(what: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"verify.py{what}", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--key", help="the log's public key, as the institution gave it to you")
    parser.add_argument(
        "--lang", choices=("en", "zh"), default="zh" if os.environ.get("LANG", "")[:2] == "zh" else "en"
    )
    return parser


def _verify(words: Sequence[str]) -> int:
    parser = _parser("")
    parser.add_argument("file", type=Path, help="an .auditpack or an .auditproof")
    parser.add_argument("--memory", type=Path, help="what the witness remembers")
    parser.add_argument("--json", action="store_true", help="for machines")
    chosen = parser.parse_args(words)
    report = verify_file(chosen.file, chosen.key, chosen.memory)
    sys.stdout.write(report.as_json() if chosen.json else report.text(chosen.lang))
    return 1 if report.count else 0


def _witness(words: Sequence[str]) -> int:
    parser = _parser(" witness")
    parser.add_argument("--memory", type=Path, required=True, help="a file of your own")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--directory", type=Path, help="a folder in the layout of tlog-tiles, as an unpacked pack is")
    source.add_argument("--url", help="where the log is published")
    chosen = parser.parse_args(words)
    files: Files = Web(chosen.url) if chosen.url else Folder(chosen.directory)
    verdict = witness(chosen.memory, files, chosen.key, datetime.now(UTC))
    sys.stdout.write(say(chosen.lang, verdict.code, **verdict.params) + "\n")
    return 0 if verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())
