"""OFAC advanced XML (sdn_advanced.xml, cons_advanced.xml), the "Advanced Sanctions Data Model".

Everything is told by numbers that the document itself explains in `ReferenceValueSets`; names, features, documents and
programmes stand in sections of their own and are joined by identity and profile. `FixedRef` of a party is the same
number as `ent_num` in the CSV files.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from backend.screening.lists.countries import country_code
from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import Address, BirthDate, Entity, EntityKind, Gender, Identifier, Name, NameKind
from backend.screening.lists.errors import DuplicateEntry, ListEmpty, MissingValue
from backend.screening.lists.ofac_remarks import identifier_type
from backend.screening.lists.xml import root_of, text_of, texts_of

FORMAT = "OFAC advanced XML"
_KINDS = {"individual": EntityKind.PERSON, "entity": EntityKind.ORGANISATION}
_SUBKINDS = {"vessel": EntityKind.VESSEL, "aircraft": EntityKind.AIRCRAFT}
_GENDERS = {"male": Gender.MALE, "female": Gender.FEMALE}
_NATIONALITY = ("Nationality Country", "Citizenship Country", "Nationality of Registration", "Flag")
_PROGRAMME = "Program"
_LATIN = "Latn"


@dataclass(frozen=True, slots=True)
class _Reference:
    """The document's own tables, by number; documents by identity, programmes by profile."""

    values: dict[tuple[str, str], str]
    party_types: dict[str, str]
    scripts: dict[str, str]
    locations: dict[str, tuple[str, str | None]]
    documents: dict[str, tuple[Identifier, ...]]
    programmes: dict[str, tuple[str, ...]]

    def of(self, table: str, number: str | None) -> str:
        return self.values.get((table, number or ""), "")


def parse(data: bytes, *, source: str = "OFAC-SDN") -> tuple[Entity, ...]:
    root = root_of(data, name=FORMAT, expected="Sanctions")
    reference = _reference(root)
    seen: dict[str, int] = {}
    found = []
    for party in root.iterfind("DistinctParties/DistinctParty"):
        line = int(party.sourceline or 0)
        entity = _entity(party, line, reference, source)
        if entity.id in seen:
            raise DuplicateEntry(format=FORMAT, line=line, first=seen[entity.id])
        seen[entity.id] = line
        found.append(entity)
    if not found:
        raise ListEmpty(format=FORMAT, line=1)
    return tuple(found)


def _reference(root: etree._Element) -> _Reference:
    values: dict[tuple[str, str], str] = {}
    party_types: dict[str, str] = {}
    scripts: dict[str, str] = {}
    for value in root.iterfind("ReferenceValueSets/*/*"):
        number = value.get("ID") or ""
        values[str(value.tag), number] = " ".join((value.text or "").split())
        if value.tag == "PartySubType":
            party_types[number] = value.get("PartyTypeID") or ""
        if value.tag == "Script":
            scripts[number] = value.get("ScriptCode") or ""
    partial = _Reference(values, party_types, scripts, {}, {}, {})
    locations = {one.get("ID") or "": _location(one, partial) for one in root.iterfind("Locations/Location")}
    return _Reference(values, party_types, scripts, locations, _documents(root, partial), _programmes(root, partial))


def _location(location: etree._Element, reference: _Reference) -> tuple[str, str | None]:
    country = location.find("LocationCountry")
    name = reference.of("Country", country.get("CountryID")) if country is not None else ""
    parts = texts_of(location, "LocationPart/LocationPartValue/Value")
    area = location.find("LocationAreaCode")
    if not name and area is not None:
        name = reference.of("AreaCode", area.get("AreaCodeID"))
    return ", ".join(part for part in (*parts, name) if part), country_code(name)


def _documents(root: etree._Element, reference: _Reference) -> dict[str, tuple[Identifier, ...]]:
    found: defaultdict[str, list[Identifier]] = defaultdict(list)
    for document in root.iterfind("IDRegDocuments/IDRegDocument"):
        number = text_of(document, "IDRegistrationNo")
        type_ = identifier_type(reference.of("IDRegDocType", document.get("IDRegDocTypeID")))
        issued = document.find("IssuedBy")
        country = country_code(reference.of("Country", issued.get("CountryID"))) if issued is not None else None
        if number:
            found[document.get("IdentityID") or ""].append(Identifier(type_, number, country))
    return {identity: tuple(documents) for identity, documents in found.items()}


def _programmes(root: etree._Element, reference: _Reference) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in root.iterfind("SanctionsEntries/SanctionsEntry"):
        for measure in entry.iterfind("SanctionsMeasure"):
            programme = text_of(measure, "Comment")
            if programme and reference.of("SanctionsType", measure.get("SanctionsTypeID")) == _PROGRAMME:
                found[entry.get("ProfileID") or ""].append(programme)
    return {profile: tuple(dict.fromkeys(names)) for profile, names in found.items()}


def _entity(party: etree._Element, line: int, reference: _Reference, source: str) -> Entity:
    profile = party.find("Profile")
    id_ = party.get("FixedRef") or ""
    if profile is None or not id_:
        raise MissingValue(format=FORMAT, line=line, field="FixedRef or Profile")
    names = tuple(dict.fromkeys(_names(profile, reference)))
    if not names:
        raise MissingValue(format=FORMAT, line=line, field="DocumentedName")
    identities = [identity.get("ID") or "" for identity in profile.iterfind("Identity")]
    features = _features(profile, reference)
    return Entity(
        id=id_,
        source=source,
        kind=_kind(profile, reference),
        names=names,
        birth_dates=tuple(dict.fromkeys(_birth_dates(features["Birthdate"]))),
        birth_places=_texts(features["Place of Birth"], reference),
        countries=_countries(features, reference),
        genders=tuple(
            _GENDERS[text.casefold()] for text in _texts(features["Gender"], reference) if text.casefold() in _GENDERS
        ),
        identifiers=tuple(one for identity in identities for one in reference.documents.get(identity, ())),
        addresses=tuple(dict.fromkeys(_addresses(features["Location"], reference))),
        programmes=reference.programmes.get(profile.get("ID") or "", ()),
        remarks="; ".join((*texts_of(party, "Comment"), *_texts(features["Title"], reference))),
    )


def _kind(profile: etree._Element, reference: _Reference) -> EntityKind:
    sub = profile.get("PartySubTypeID") or ""
    by_sub = _SUBKINDS.get(reference.of("PartySubType", sub).casefold())
    return by_sub or _KINDS.get(
        reference.of("PartyType", reference.party_types.get(sub)).casefold(), EntityKind.UNKNOWN
    )


def _names(profile: etree._Element, reference: _Reference) -> Iterator[Name]:
    for identity in profile.iterfind("Identity"):
        groups = {
            group.get("ID"): reference.of("NamePartType", group.get("NamePartTypeID"))
            for group in identity.iterfind("NamePartGroups/MasterNamePartGroup/NamePartGroup")
        }
        for alias in identity.iterfind("Alias"):
            for documented in alias.iterfind("DocumentedName"):
                name = _name(alias, documented, groups, reference)
                if name:
                    yield name


def _name(
    alias: etree._Element, documented: etree._Element, groups: dict[str | None, str], reference: _Reference
) -> Name | None:
    """A person's family name is put before a comma, as in the CSV: which part is which is then not lost."""
    family: list[str] = []
    others: list[str] = []
    script = ""
    for value in documented.iterfind("DocumentedNamePart/NamePartValue"):
        text = " ".join((value.text or "").split())
        is_family = groups.get(value.get("NamePartGroupID")) == "Last Name"
        (family if is_family else others).append(text)
        script = reference.scripts.get(value.get("ScriptID") or "", "")
    parts = [" ".join(filter(None, part)) for part in (family, others)]
    text = ", ".join(part for part in parts if part)
    if not text:
        return None
    original = script not in ("", _LATIN)
    kind = NameKind.PRIMARY if alias.get("Primary") == "true" else NameKind.ALIAS
    if alias.get("LowQuality") == "true":
        kind = NameKind.WEAK
    return Name(text, NameKind.ORIGINAL_SCRIPT if original else kind, script or None, family_first=all(parts))


def _features(profile: etree._Element, reference: _Reference) -> defaultdict[str, list[etree._Element]]:
    found: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for feature in profile.iterfind("Feature"):
        found[reference.of("FeatureType", feature.get("FeatureTypeID"))] += feature.findall("FeatureVersion")
    return found


def _birth_dates(versions: list[etree._Element]) -> Iterator[BirthDate]:
    for version in versions:
        for period in version.iterfind("DatePeriod"):
            first = _day(period, "Start/From") or _day(period, "Start/To")
            last = _day(period, "End/To") or _day(period, "End/From") or first
            if first and last:
                circa = any(end.get("Approximate") == "true" for end in period.iterfind("*"))
                yield BirthDate(first.first, max(last.last, first.last), circa)


def _day(period: etree._Element, path: str) -> BirthDate | None:
    parts = [text_of(period, f"{path}/{part}") for part in ("Year", "Month", "Day")]
    return birth_date("-".join(part for part in parts if part))


def _texts(versions: list[etree._Element], reference: _Reference) -> tuple[str, ...]:
    """Details, places and reference values of a feature, as text."""
    found = [text for version in versions for text in texts_of(version, "VersionDetail")]
    for version in versions:
        details = version.iterfind("VersionDetail")
        found += [reference.of("DetailReference", detail.get("DetailReferenceID")) for detail in details]
        found += [text for text, _ in _places(version, reference)]
    return tuple(dict.fromkeys(text for text in found if text))


def _countries(features: defaultdict[str, list[etree._Element]], reference: _Reference) -> tuple[str, ...]:
    versions = (version for feature in _NATIONALITY for version in features[feature])
    found = [code for version in versions for _, code in _places(version, reference)]
    return tuple(dict.fromkeys(code for code in found if code))


def _addresses(versions: list[etree._Element], reference: _Reference) -> Iterator[Address]:
    for version in versions:
        yield from (Address(text, country) for text, country in _places(version, reference) if text)


def _places(version: etree._Element, reference: _Reference) -> list[tuple[str, str | None]]:
    numbers = [place.get("LocationID") or "" for place in version.iterfind("VersionLocation")]
    return [reference.locations[number] for number in numbers if number in reference.locations]
