"""Colleagues with their roles, what a person may do in the end, and roles that wait for a second person."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry

from backend.access import colleagues as reading
from backend.access.appointment_errors import UnknownAppointment
from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.costs import Cost, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.inputs import Id
from backend.api.request import Info
from backend.api.staff import Agent, Team, agent, team
from backend.core.i18n import translate
from backend.governance.access.effective import grants


@strawberry.enum
class AppointmentState(Enum):
    PROPOSED = "proposed"
    GRANTED = "granted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@strawberry.type(description="A role that can be given; a sensitive one needs a second person.")
class GrantableRole:
    name: str
    title: str
    meaning: str
    sensitive: bool


@strawberry.type(description="A role that is held or will be.")
class RoleHolding:
    role: str
    title: str
    valid_from: datetime
    valid_to: datetime | None
    begun: bool
    giver: strawberry.Private[UUID]

    @strawberry.field
    def granted_by(self, info: Info) -> Agent | None:
        return agent(info, self.giver)


@strawberry.type(description="What a person may do in the end, roles taken together; fields say how they are shown.")
class EffectiveRight:
    object: str
    action: str
    scope: str
    words: str
    changes: bool


@strawberry.type
class Colleague(Recorded):
    id: UUID
    login: str
    display_name: str
    active: bool
    locale: str
    roles: list[RoleHolding] = strawberry.field(directives=[Cost(weight=0, size=3)])
    may_grant: bool
    may_revoke: bool
    may_deactivate: bool
    may_reactivate: bool
    work_email: str | None = strawberry.field(description="Where reports of the platform reach them.")
    may_edit: bool
    view: strawberry.Private[reading.ColleagueView]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.COLLEAGUE, str(self.id)

    @strawberry.field
    def team(self, info: Info) -> Team | None:
        return team(info, self.view.user.team_id)

    @resolved("Under the policy of this moment, for the roles that have begun.", weight=5, size=100)
    async def rights(self, info: Info) -> list[EffectiveRight]:
        locale, user = info.context.actor.locale, self.view.user

        async def effective(ctx: Context) -> list[EffectiveRight]:
            found = grants(ctx.policy, self.view.roles(ctx.now), "staff", user.tenant_id)
            return [
                EffectiveRight(
                    object=each.object,
                    action=each.action,
                    scope=each.scope,
                    words=each.words().said(locale),
                    changes=each.right.changes,
                )
                for each in sorted(found, key=lambda each: (each.object, each.action, each.scope))
            ]

        return await info.context.read(effective)

    @classmethod
    def of(cls, view: reading.ColleagueView, locale: str, now: datetime) -> "Colleague":
        return cls(
            id=view.user.id,
            login=view.user.login,
            display_name=view.user.display_name,
            active=view.user.active,
            locale=view.user.locale,
            roles=[
                RoleHolding(
                    role=grant.role,
                    title=title(grant.role, locale),
                    valid_from=grant.valid_from,
                    valid_to=grant.valid_to,
                    begun=grant.valid_from <= now,
                    giver=grant.granted_by,
                )
                for grant in view.grants
            ],
            may_grant=view.may_grant,
            may_revoke=view.may_revoke,
            may_deactivate=view.may_deactivate,
            may_reactivate=view.may_reactivate,
            work_email=view.user.work_email,
            may_edit=view.may_edit,
            view=view,
        )


@strawberry.type(description="A role that somebody proposed for somebody; a sensitive one waits for a second person.")
class RoleAppointment:
    id: UUID
    role: str
    title: str
    sensitive: bool
    reason: str
    valid_from: datetime | None
    valid_to: datetime | None
    state: AppointmentState
    proposed_at: datetime
    decided_at: datetime | None
    may_decide: bool
    may_withdraw: bool
    view: strawberry.Private[reading.AppointmentView]

    @strawberry.field
    def holder(self, info: Info) -> Agent | None:
        return agent(info, self.view.row.holder_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.view.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.view.row.decided_by)

    @classmethod
    def of(cls, view: reading.AppointmentView, locale: str) -> "RoleAppointment":
        row = view.row
        return cls(
            id=row.id,
            role=row.role,
            title=title(row.role, locale),
            sensitive=row.sensitive,
            reason=row.reason,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            state=AppointmentState(row.state),
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            may_decide=view.may_decide,
            may_withdraw=view.may_withdraw,
            view=view,
        )


@strawberry.type
class ColleagueQuery:
    @resolved("Colleagues who may be seen, with the roles they hold or will hold.", weight=10, size=50)
    async def colleagues(self, info: Info) -> list[Colleague]:
        locale, now = info.context.actor.locale, info.context.platform.clock()
        return [Colleague.of(view, locale, now) for view in await info.context.read(reading.colleagues)]

    @resolved(weight=5)
    async def colleague(self, info: Info, record_id: Id) -> Colleague:
        return await colleague(info, record_id)

    @resolved("Roles that were proposed, the newest first.", weight=5, size=20)
    async def role_appointments(self, info: Info, open_only: bool = True) -> list[RoleAppointment]:
        found = await info.context.read(lambda ctx: reading.appointments(ctx, open_only=open_only))
        return [RoleAppointment.of(view, info.context.actor.locale) for view in found]

    @resolved("The roles of staff that can be given.", weight=2, size=15)
    async def grantable_roles(self, info: Info) -> list[GrantableRole]:
        locale = info.context.actor.locale

        async def roles(ctx: Context) -> list[GrantableRole]:
            ctx.require("view", "role_grant", Facts(tenant_id=ctx.actor.tenant_id))
            return [
                GrantableRole(
                    name=role.name,
                    title=title(role.name, locale),
                    meaning=translate(locale, role.meaning),
                    sensitive=role.sensitive,
                )
                for role in ctx.policy.roles.known.values()
                if role.grantable and role.actor_type == "staff"
            ]

        return await info.context.read(roles)


async def colleague(info: Info, staff_id: UUID) -> Colleague:
    view = await info.context.read(lambda ctx: reading.colleague(ctx, staff_id))
    return Colleague.of(view, info.context.actor.locale, info.context.platform.clock())


async def appointment(info: Info, appointment_id: UUID) -> RoleAppointment:
    view = await info.context.read(lambda ctx: reading.appointment(ctx, appointment_id))
    if view is None:
        raise UnknownAppointment()
    return RoleAppointment.of(view, info.context.actor.locale)


def title(role: str, locale: str) -> str:
    return translate(locale, role.replace("_", " ").capitalize())
