"""Who is asking, in which roles, with which rights."""

from uuid import UUID

import strawberry

from backend.access.actions import RIGHTS
from backend.api.costs import resolved
from backend.api.request import Info
from backend.api.staff import Agent, Team, agent, team
from backend.core.i18n import translate


@strawberry.type
class Role:
    name: str
    title: str


@strawberry.type(
    description="A right that some role of the viewer grants; whether it holds for a record, `explain` says."
)
class GrantedRight:
    object: str
    action: str
    meaning: str
    scopes: list[str]
    changes: bool


@strawberry.type
class Viewer:
    id: UUID
    tenant_id: UUID
    locale: str
    request_id: str

    @strawberry.field
    def agent(self, info: Info) -> Agent:
        return agent(info, self.id)  # type: ignore[return-value]

    @strawberry.field
    def team(self, info: Info) -> Team | None:
        return team(info, info.context.actor.team_id)

    @resolved(size=15)
    def roles(self, info: Info) -> list[Role]:
        names = sorted(info.context.actor.roles)
        return [Role(name=name, title=_title(name, self.locale)) for name in names]

    @resolved(size=100)
    def rights(self, info: Info) -> list[GrantedRight]:
        actor, policy = info.context.actor, info.context.platform.policy_of(info.context.actor)
        granted = ((right, policy.scopes(actor, right.action, right.object)) for right in RIGHTS.values())
        return [
            GrantedRight(
                object=right.object,
                action=right.action,
                meaning=translate(self.locale, right.meaning),
                scopes=list(scopes),
                changes=right.changes,
            )
            for right, scopes in granted
            if scopes
        ]


def _title(role: str, locale: str) -> str:
    return translate(locale, role.replace("_", " ").capitalize())


@strawberry.type
class ViewerQuery:
    @strawberry.field
    def viewer(self, info: Info) -> Viewer:
        actor = info.context.actor
        return Viewer(id=actor.id, tenant_id=actor.tenant_id, locale=actor.locale, request_id=actor.request_id)
