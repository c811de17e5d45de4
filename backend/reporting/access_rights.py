"""Who can do what: every right of every colleague, through which role and which line of the policy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.lines import Line as PolicyLine
from backend.access.models import RoleGrant, StaffUser
from backend.reporting.heads import Place, places
from backend.reporting.people import instant
from backend.reporting.records import STAND, stood
from backend.reporting.report import Column, Inquiry, Line, Page, Report

_PEOPLE: Final = 25
_COLUMNS: Final = (
    Column("person", "Person", "Name of the colleague.", 22),
    Column("login", "User name", "What the colleague signs in with.", 14),
    Column("team", "Team", "The colleague's team.", 14, printed=False),
    Column("role", "Role", "The role that was granted.", 20),
    Column("valid_from", "Granted from (UTC)", "From when the role counts.", 28, printed=False),
    Column("valid_to", "Granted to (UTC)", "Until when the role counts; none without an end.", 28, printed=False),
    Column("right", "Right", "Object and action of the right.", 28),
    Column("meaning", "Meaning", "What the right allows.", 44),
    Column("effect", "Effect", "Whether the line allows or forbids; what is forbidden wins.", 8),
    Column("scope", "Scope", "On which records: all of the institution, the own book, the team and so on.", 22),
    Column("changes", "Changes records", "Whether the right changes records.", 8, printed=False),
    Column(
        "through", "Through role", "The role, granted or inherited, of which the policy says so.", 20, printed=False
    ),
    Column("policy", "Policy line", "File and line of the policy.", 18),
)


async def _page(ctx: Context, inquiry: Inquiry, place: Any) -> Page:
    staff = [user for user in await directory.staff(ctx.session) if user.active]
    staff.sort(key=lambda user: (user.login, user.id))
    wanted = [user for user in staff if not inquiry.filters.actors or user.id in inquiry.filters.actors]
    start: int = place or 0
    people = wanted[start : start + _PEOPLE]
    granted = await _granted(ctx, inquiry)
    teams = {team.id: team.name for team in await directory.teams(ctx.session)}
    entries = [grant.entry_id for user in people for grant in granted.get(user.id, ())]
    stands = await places(ctx.session, ctx.actor.tenant_id, entries, inquiry.head)
    lines = [
        _line(ctx, inquiry, user, teams, grant, stands, said)
        for user in people
        for grant in granted.get(user.id, ())
        for said in _lines(ctx, grant.role)
    ]
    following = start + _PEOPLE
    return Page(lines, following if following < len(wanted) else None, min(following, len(wanted)), len(wanted))


async def _granted(ctx: Context, inquiry: Inquiry) -> Mapping[UUID, list[RoleGrant]]:
    """What counts at the instant of the report."""
    found: defaultdict[UUID, list[RoleGrant]] = defaultdict(list)
    for grant in await directory.grants_of_all(ctx.session, inquiry.at):
        if grant.valid_from <= inquiry.at:
            found[grant.holder_id].append(grant)
    return found


def _lines(ctx: Context, role: str) -> Sequence[PolicyLine]:
    """Own and inherited, as the policy in force has them."""
    known = ctx.policy.roles.known.get(role)
    inherited = frozenset[str]() if known is None else known.inherits
    found = [line for line in ctx.policy.lines if line.role in inherited and line.applies(ctx.actor.tenant_id)]
    return sorted(found, key=lambda line: (line.right.object, line.right.action, line.effect, line.file, line.number))


def _line(
    ctx: Context,
    inquiry: Inquiry,
    user: StaffUser,
    teams: Mapping[UUID, str],
    grant: RoleGrant,
    stands: Mapping[UUID, Place],
    said: PolicyLine,
) -> Line:
    return stood(grant.entry_id, stands, inquiry) | {
        "person": user.display_name,
        "login": user.login,
        "team": None if user.team_id is None else teams.get(user.team_id),
        "role": grant.role,
        "valid_from": instant(grant.valid_from),
        "valid_to": instant(grant.valid_to),
        "right": f"{said.right.object}.{said.right.action}",
        "meaning": inquiry.say(said.right.meaning),
        "effect": inquiry.say("allows" if said.effect == "allow" else "forbids"),
        "scope": said.expression.text,
        "changes": inquiry.say("yes" if said.right.changes else "no"),
        "through": said.role,
        "policy": f"{said.file}:{said.number}",
    }


ACCESS_RIGHTS: Final = Report(
    code="access-rights",
    title="Access rights",
    about="Who can do what: every right of every active colleague, through which role and which line of the policy.",
    right=("view", "role_grant"),
    export=(("view", "role_grant"), ("export", "report")),
    columns=(*STAND, *_COLUMNS),
    page=_page,
    filters=frozenset({"actors"}),
    notes=(
        "The rights are those of the policy in force when the report is made; the log entry of a line is the one that"
        " granted the role.",
        "Roles that an identity provider gives for the time of a session are not listed.",
    ),
)
