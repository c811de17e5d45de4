"""What a name would find that is not in the record: nothing of it is kept."""

from typing import Annotated, Final

import strawberry

from backend.api.costs import resolved
from backend.api.inputs import INPUT
from backend.api.request import Info
from backend.api.screening_enums import ListKind, SubjectKind
from backend.api.screening_errors import BirthDateUnreadable, NameCheckEmpty
from backend.api.screening_explanations import AlertExplanation
from backend.screening import service
from backend.screening.alerts.explanation import document, read
from backend.screening.alerts.findings import percent
from backend.screening.lists.dates import birth_date
from backend.screening.lists.entity import EntityKind, Gender, Identifier
from backend.screening.matching.subject import Subject

_MOST_NAMES: Final = 10
_LONGEST: Final = 300


@strawberry.input(description="`birthDate` is a day, a month or a year; countries are ISO 3166 codes of two letters.")
class NameCheckInput:
    names: list[str]
    kind: SubjectKind = SubjectKind.UNKNOWN
    birth_date: str | None = None
    countries: list[str] | None = None
    gender: str | None = None
    identifiers: list[str] | None = None

    def subject(self) -> Subject:
        names = tuple(name.strip() for name in self.names if name.strip())
        if not 0 < len(names) <= _MOST_NAMES or any(len(name) > _LONGEST for name in names):
            raise NameCheckEmpty(most=_MOST_NAMES, longest=_LONGEST, field="names")
        born = birth_date(self.birth_date) if self.birth_date else None
        if self.birth_date and born is None:
            raise BirthDateUnreadable(field="birth_date")
        return Subject(
            names,
            EntityKind(self.kind.value),
            birth_date=born,
            countries=frozenset(code.upper() for code in self.countries or ()),
            gender=Gender(self.gender) if self.gender in {each.value for each in Gender} else None,
            identifiers=tuple(Identifier("other", value) for value in self.identifiers or ()),
        )


@strawberry.type(
    description="An entry that the name comes near; `alert`: a customer of that name would raise an alert."
)
class NameHit:
    list_code: str
    list_kind: ListKind
    score: int
    name_score: int
    alert: bool
    four_eyes: bool
    explanation: AlertExplanation

    @classmethod
    def of(cls, hit: service.Hit) -> "NameHit":
        match = hit.match
        return cls(
            list_code=hit.list.code,
            list_kind=ListKind(hit.list.kind),
            score=percent(match.score),
            name_score=percent(match.name_score),
            alert=match.alert,
            four_eyes=match.four_eyes,
            explanation=AlertExplanation.of(read(document(match))),
        )


@strawberry.type
class NameCheckQuery:
    @resolved("Entries that a name would be found on, the likeliest first; `near`: also what falls short.", weight=50)
    async def name_check(
        self, info: Info, given: Annotated[NameCheckInput, INPUT], near: bool = False
    ) -> list[NameHit]:
        subject = given.subject()
        hits = await info.context.read(lambda ctx: service.try_names(ctx, subject, near=near))
        return [NameHit.of(hit) for hit in hits]
