"""Who works at the demonstration institution: one person at least for every kind of user."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.access import directory, queries
from backend.access.context import Context

PASSWORD: Final = "tenure-demonstration"  # noqa: S105 - printed on the console; the demonstration holds no secret
PARTNER: Final = "Demonstration partner"


@dataclass(frozen=True, slots=True)
class Colleague:
    login: str
    name: str
    role: str
    team: str
    locale: str = "en"


COLLEAGUES: Final = (
    Colleague("jana", "Jana Novotná", "relationship_manager", "Praha"),
    Colleague("tomas", "Tomáš Urban", "relationship_manager", "Praha"),
    Colleague("eva", "Eva Dvořáková", "relationship_manager", "Brno"),
    Colleague("wang", "王芳", "relationship_manager", "Brno", "zh_CN"),
    Colleague("karel", "Karel Procházka", "team_lead", "Praha"),
    Colleague("lucie", "Lucie Králová", "compliance_officer", "Compliance"),
    Colleague("martin", "Martin Beneš", "compliance_officer", "Compliance"),
    Colleague("li", "李伟", "compliance_officer", "Compliance", "zh_CN"),
    Colleague("helena", "Helena Zemanová", "head_of_compliance", "Compliance"),
    Colleague("dana", "Dana Součková", "data_protection_officer", "Compliance"),
    Colleague("olga", "Olga Marková", "auditor", "Internal audit"),
    Colleague("petr", "Petr Vaněk", "risk_analyst", "Risk"),
    Colleague("alena", "Alena Fialová", "product_manager", "Products"),
    Colleague("vera", "Věra Malá", "product_committee", "Products"),
    Colleague("jiri", "Jiří Pospíšil", "product_committee", "Products"),
    Colleague("milan", "Milan Hájek", "product_committee", "Products"),
    Colleague("david", "David Kolář", "service_agent", "Service"),
    Colleague("admin", "Adam Pokorný", "administrator", "IT"),
)


async def hire(ctx: Context) -> None:
    """Everybody who is not there yet."""
    for colleague in COLLEAGUES:
        if await queries.staff_by_login(ctx.session, colleague.login) is not None:
            continue
        team = await queries.team_by_name(ctx.session, colleague.team) or await directory.create_team(
            ctx, colleague.team
        )
        user = await directory.create_staff(
            ctx,
            login=colleague.login,
            display_name=colleague.name,
            password=PASSWORD,
            team_id=team.id,
            locale=colleague.locale,
            work_email=f"{colleague.login}@demonstration.example",
        )
        await directory.grant_role(ctx, holder_id=user.id, role=colleague.role)


async def register_partner(ctx: Context) -> str | None:
    """The key of a partner who may send queries of its own; None when the partner was registered before."""
    if await queries.client_by_name(ctx.session, PARTNER) is not None:
        return None
    client, key = await directory.register_client(ctx, name=PARTNER, lifetime=timedelta(days=365))
    await directory.grant_role(ctx, holder_id=client.id, role="partner_developer")
    return key
