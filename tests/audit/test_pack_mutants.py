"""A pack that was tampered with, at many places: every change is caught, and the entry is named."""

import base64
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from backend.audit import sequencer as sequencing
from backend.audit.formats import checkpoint, tiles
from backend.audit.formats.checkpoint import Checkpoint
from backend.audit.formats.merkle import Frontier, leaf_hashes
from backend.audit.formats.note import SignerKey
from backend.audit.formats.tiles import Tile
from backend.audit.verifier import standalone
from tests.audit.packing import House, bundle, bundled, findings, lined, lines, rewritten
from tests.audit.raw import Connect, MakeParty, MakeTeam, RenameTeam, raw_entry

Files = dict[str, bytes]
SIZE = 300
HEADS = (100, 200, 300)
many = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Pack:
    """A sound pack, and what became of it under somebody's hands."""

    def __init__(self, path: Path, key: str, signer: SignerKey) -> None:
        self.path, self.key, self.signer = path, key, signer
        with zipfile.ZipFile(path) as pack:
            self.files: Files = {name: pack.read(name) for name in pack.namelist()}
        self.entries = [e for name in sorted(self.bundles) for e in bundle(self.files[name])]

    @property
    def bundles(self) -> list[str]:
        return [name for name in self.files if name.startswith("tile/entries/")]

    def tampered(self, change: Callable[[Files], object], memory: Path | None = None) -> list[dict[str, Any]]:
        return findings(rewritten(self.path, self.path.with_suffix(".bad"), change), self.key, memory)

    def with_entries(self, entries: list[bytes], files: Files) -> None:
        """Other entries in the same bundles; nothing else is touched."""
        first = self.bundles_in_order(files)
        files[first[0]] = bundled(entries[:256])
        files[first[1]] = bundled(entries[256:])

    @staticmethod
    def bundles_in_order(files: Files) -> list[str]:
        return sorted(name for name in files if name.startswith("tile/entries/"))

    def retiled(self, entries: list[bytes], files: Files) -> Frontier:
        """As an attacker without the key does it: every hash and bundle computed anew."""
        for name in [name for name in files if name.startswith("tile/")]:
            del files[name]
        growth, written = tiles.grow(Frontier(), leaf_hashes(entries), lambda _: b"")
        for tile, data in written:
            files[tile.path] = data
        for tile in tiles.entry_bundles(len(entries)):
            files[tile.path] = bundled(entries[tile.index * 256 :][: tile.width])
        return growth

    def resigned(self, entries: list[bytes], files: Files) -> None:
        """As somebody does it who has the key as well."""
        tree = self.retiled(entries, files)
        note = checkpoint.sign(Checkpoint(self.signer.name, tree.size, tree.root), self.signer)
        files["checkpoint"], files["checkpoints"] = note, note + b"\n"


@pytest.fixture(scope="module")
def kept() -> list[Pack]:
    """The sound pack, from the first test that needs it on: each changes a copy."""
    return []


@pytest.fixture
async def pack(
    kept: list[Pack],
    house: House,
    raw: Connect,
    make_team: MakeTeam,
    rename_team: RenameTeam,
    make_party: MakeParty,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Pack:
    """300 entries under three heads: 20 teams, ten of them renamed, ten parties, and entries that change nothing."""
    if kept:
        return kept[0]
    monkeypatch.setattr(sequencing, "_BULK_BATCH", 100)
    teams = [await make_team(f"team {number}") for number in range(20)]
    for team in teams[:10]:
        await rename_team(team.id, f"another {team.name}")
    for number in range(10):
        await make_party(f"Party {number}")
    rules = sha256(next(iter(sorted(house.platform.settings.policies.rglob("*.yaml")))).read_bytes()).hexdigest()
    async with raw() as connection:
        for _ in range(SIZE - 40):
            await raw_entry(connection, house.tenant.id, ruleset=rules)
    await house.export(tmp_path / "sound.auditpack", "forensic_auditor")
    kept.append(Pack(tmp_path / "sound.auditpack", house.key, house.sequencer.keys.signer(house.tenant.id)))
    assert (len(kept[0].entries), kept[0].tampered(lambda files: None)) == (SIZE, [])
    return kept[0]


def named(found: list[dict[str, Any]], code: str) -> set[int]:
    return {each["index"] for each in found if each["code"] == code}


index = st.integers(0, SIZE - 1)


@many
@given(data=st.data())
def test_an_edited_entry_is_named(pack: Pack, data: st.DataObject) -> None:
    at = data.draw(index)
    place = data.draw(st.integers(0, len(pack.entries[at]) - 1))
    edited = bytearray(pack.entries[at])
    edited[place] ^= data.draw(st.integers(1, 255))
    entries = [*pack.entries[:at], bytes(edited), *pack.entries[at + 1 :]]
    assert named(pack.tampered(lambda files: pack.with_entries(entries, files)), "entry_changed") == {at}


@many
@given(at=index)
def test_an_omitted_entry_is_named(pack: Pack, at: int) -> None:
    def omit(files: Files) -> None:
        name = pack.bundles_in_order(files)[at // 256]
        kept = bundle(files[name])
        del kept[at % 256]
        files[name] = bundled(kept)

    assert named(pack.tampered(omit), "entry_missing") == {at}


@many
@given(one=index, other=index)
def test_two_entries_in_each_others_place_are_named(pack: Pack, one: int, other: int) -> None:
    assume(one != other)
    entries = list(pack.entries)
    entries[one], entries[other] = entries[other], entries[one]
    found = pack.tampered(lambda files: pack.with_entries(entries, files))
    assert named(found, "entry_moved") | named(found, "entry_changed") == {one, other}


@many
@given(left=st.integers(0, SIZE - 1))
def test_entries_cut_off_are_named(pack: Pack, left: int) -> None:
    def cut(files: Files) -> None:
        for number, name in enumerate(pack.bundles_in_order(files)):
            files[name] = bundled(pack.entries[number * 256 : max(number * 256, min(left, number * 256 + 256))])

    assert min(named(pack.tampered(cut), "entry_missing")) == left


@pytest.mark.parametrize("size", HEADS[:-1])
def test_a_pack_put_back_to_an_older_head_is_named_by_the_list_of_heads(pack: Pack, size: int) -> None:
    found = pack.tampered(lambda files: rolled_back(pack, size, files))
    assert named(found, "head_beyond") == {size}


@pytest.mark.parametrize("size", HEADS[:-1])
def test_a_whole_pack_from_the_past_is_named_by_whoever_remembers(pack: Pack, size: int, tmp_path: Path) -> None:
    def older(files: Files) -> None:
        rolled_back(pack, size, files)
        files["checkpoints"] = b"".join(note + b"\n" for note in notes(files)[: HEADS.index(size) + 1])

    assert pack.tampered(older) == []
    (found,) = pack.tampered(older, memory_of(pack, tmp_path))
    assert (found["code"], found["index"]) == ("truncated", size)


@many
@given(at=index, again=index)
def test_a_doubled_entry_is_named(pack: Pack, at: int, again: int) -> None:
    entries = [*pack.entries[:again], pack.entries[at], *pack.entries[again:]]
    found = pack.tampered(lambda files: pack.with_entries(entries, files))
    assert at in named(found, "entry_twice") or again in named(found, "entry_added") | named(found, "entry_changed")


@many
@given(size=st.sampled_from(HEADS), at=st.integers(0, 31))
def test_a_second_head_of_one_size_is_named_as_a_split_view(pack: Pack, size: int, at: int) -> None:
    def split(files: Files) -> None:
        root = bytearray(sha256(bytes([at])).digest())
        other = checkpoint.sign(Checkpoint(pack.signer.name, size, bytes(root)), pack.signer)
        kept = notes(files)
        kept.insert(HEADS.index(size) + 1, other)
        files["checkpoints"] = b"".join(note + b"\n" for note in kept)

    assert named(pack.tampered(split), "split_view") == {size - 1}


@many
@given(data=st.data())
def test_two_disclosures_in_each_others_place_are_named(pack: Pack, data: st.DataObject) -> None:
    versions = lines(pack.files["versions/000.jsonl"])
    disclosed = [place for place, line in enumerate(versions) if line.get("open")]
    one, other = data.draw(st.lists(st.sampled_from(disclosed), min_size=2, max_size=2, unique=True))
    first, second = versions[one]["open"], versions[other]["open"]
    whole = data.draw(st.booleans())
    if whole:
        versions[one]["open"], versions[other]["open"] = second, first
    else:
        first["name"][1], second["name"][1] = second["name"][1], first["name"][1]
    found = pack.tampered(lambda files: files.update({"versions/000.jsonl": lined(versions)}))
    assert named(found, "value_differs") == {versions[one]["i"], versions[other]["i"]}


@many
@given(head=st.integers(0, 2), at=st.integers(4, 67), bit=st.integers(0, 7))
def test_a_forged_signature_is_named(pack: Pack, head: int, at: int, bit: int) -> None:
    def forge(files: Files) -> None:
        kept = notes(files)
        body, _, line = kept[head].rpartition(b" ")
        value = bytearray(base64.b64decode(line))
        value[at] ^= 1 << bit
        kept[head] = body + b" " + base64.b64encode(value) + b"\n"
        files["checkpoints"] = b"".join(note + b"\n" for note in kept)

    found = [each for each in pack.tampered(forge) if each["code"] == "head_forged"]
    assert [each["size"] for each in found] == [str(HEADS[head])]


def test_a_head_signed_with_another_key_is_named(pack: Pack) -> None:
    stranger = SignerKey.generate(pack.signer.name)
    note = checkpoint.sign(Checkpoint(stranger.name, SIZE, bytes(32)), stranger)
    assert pack.tampered(lambda files: files.update(checkpoint=note))[0]["code"] == "head_forged"


@many
@given(at=index, place=st.integers(0, 600))
def test_an_entry_edited_with_the_whole_tree_is_placed_between_two_heads(pack: Pack, at: int, place: int) -> None:
    edited = bytearray(pack.entries[at])
    edited[place % len(edited)] ^= 1
    entries = [*pack.entries[:at], bytes(edited), *pack.entries[at + 1 :]]
    (found,) = [f for f in pack.tampered(lambda files: pack.retiled(entries, files)) if f["code"] == "head_differs"]
    assert found["first"] <= at <= found["last"] < found["first"] + 100


@many
@given(data=st.data())
def test_a_version_left_out_by_whoever_holds_the_key_leaves_a_hole(pack: Pack, data: st.DataObject) -> None:
    """The tree is grown and signed anew, so signatures hold; the records do not."""
    firsts = [place for place, entry in enumerate(pack.entries[:30]) if b'"op":"insert"' in entry]
    renamed = {json.loads(e)["subject"]["id"] for e in pack.entries[:40] if b'"op":"update"' in e}
    at = data.draw(st.sampled_from([p for p in firsts if json.loads(pack.entries[p])["subject"]["id"] in renamed]))

    def leave_out(files: Files) -> None:
        pack.resigned([*pack.entries[:at], *pack.entries[at + 1 :]], files)
        kept = [
            line | {"i": line["i"] - (line["i"] > at)} for line in lines(files["versions/000.jsonl"]) if line["i"] != at
        ]
        files["versions/000.jsonl"] = lined(kept)

    (found,) = pack.tampered(leave_out)
    assert (found["code"], found["version"]) == ("version_hole", 1)
    assert found["record"] in pack.entries[found["index"] + 1].decode()


@many
@given(data=st.data())
def test_another_content_of_a_version_is_named(pack: Pack, data: st.DataObject) -> None:
    versions = lines(pack.files["versions/000.jsonl"])
    line = data.draw(st.sampled_from(versions))
    row = json.loads(line["row"])
    row[data.draw(st.sampled_from(sorted(row)))] = "other"
    line["row"] = json.dumps(row, separators=(",", ":"))
    found = pack.tampered(lambda files: files.update({"versions/000.jsonl": lined(versions)}))
    assert named(found, "row_differs") == {line["i"]}


@many
@given(data=st.data(), how=st.sampled_from(["left out", "doubled", "elsewhere", "digest"]))
def test_a_version_line_that_does_not_belong_is_named(pack: Pack, data: st.DataObject, how: str) -> None:
    versions = lines(pack.files["versions/000.jsonl"])
    place = data.draw(st.integers(0, len(versions) - 1))
    at = versions[place]["i"]
    if how == "left out":
        del versions[place]
    elif how == "doubled":
        versions.insert(place, dict(versions[place]))
    elif how == "elsewhere":
        versions[place]["i"] = 60
    else:
        versions[place]["d"] = "0" * 64
    found = pack.tampered(lambda files: files.update({"versions/000.jsonl": lined(versions)}))
    expected = {
        "left out": "version_missing",
        "doubled": "version_twice",
        "elsewhere": "version_missing",
        "digest": "row_differs",
    }
    assert at in named(found, expected[how])


@many
@given(place=st.integers(0, 100))
def test_another_rule_set_than_the_one_that_decided_is_named(pack: Pack, place: int) -> None:
    (name,) = [name for name in pack.files if name.startswith("rulesets/")]
    text = bytearray(pack.files[name])
    text[place % len(text)] ^= 1
    found = pack.tampered(lambda files: files.update({name: bytes(text)}))
    assert named(found, "ruleset_differs") == {40}


@many
@given(place=st.integers(0, 8191), bit=st.integers(0, 7))
def test_a_changed_hash_in_a_tile_is_found(pack: Pack, place: int, bit: int) -> None:
    tile = bytearray(pack.files["tile/0/000"])
    tile[place] ^= 1 << bit
    found = pack.tampered(lambda files: files.update({"tile/0/000": bytes(tile)}))
    assert named(found, "entry_changed") == {place // 32}


@pytest.mark.parametrize("name", ["tile/0/000", "tile/1/000.p/1", "tile/entries/000", "versions/000.jsonl"])
def test_a_missing_file_is_found(pack: Pack, name: str) -> None:
    assert pack.tampered(lambda files: files.pop(name)) != []


def test_more_than_the_log_holds_is_found(pack: Pack) -> None:
    extra = {Tile(None, 2, 1).path: bundled([b"{}"])}
    assert named(pack.tampered(lambda files: files.update(extra)), "entry_added") == {SIZE}


def notes(files: Files) -> list[bytes]:
    """Text, empty line, one signature, empty line."""
    parts = files["checkpoints"].removesuffix(b"\n\n").split(b"\n\n")
    return [text + b"\n\n" + signature + b"\n" for text, signature in zip(parts[::2], parts[1::2], strict=True)]


def rolled_back(pack: Pack, size: int, files: Files) -> None:
    entries = pack.entries[:size]
    pack.retiled(entries, files)
    files["checkpoint"] = notes(files)[HEADS.index(size)]
    kept = [line for line in lines(pack.files["versions/000.jsonl"]) if line["i"] < size]
    files["versions/000.jsonl"] = lined(kept)
    files.pop("versions/001.jsonl", None)


def memory_of(pack: Pack, folder: Path) -> Path:
    """What a witness remembers who saw the newest head of the pack."""
    note = pack.files["checkpoint"].decode()
    head = standalone.read_head(note, standalone.Key.parse(pack.key))
    root = base64.b64encode(head.root).decode()
    path = folder / "memory.json"
    standalone.save_memory(path, standalone.Memory(pack.key, note, [[head.size, root, "2026-11-22T09:00:00+00:00"]]))
    return path
