"""Documents of parties. Their content is handed in and out over REST, not here."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from backend.api.party_enums import DocumentStatus
from backend.api.party_parts import Visible, shown
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers import views


@strawberry.type
class Document:
    id: UUID
    party_id: UUID
    case_id: UUID | None
    type: str
    issuer: str | None
    country: str | None
    number: PersonalText
    file_name: str | None
    media_type: str
    size: int = strawberry.field(description="Bytes.")
    sha256: str
    issued_on: date | None
    expires_on: date | None
    status: DocumentStatus
    reason: str | None = strawberry.field(description="Why a better copy was asked for, or why it was rejected.")
    uploaded_at: datetime
    verified_at: datetime | None
    uploaded_by_id: strawberry.Private[UUID]
    verified_by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def uploaded_by(self, info: Info) -> Agent | None:
        return agent(info, self.uploaded_by_id)

    @strawberry.field
    def verified_by(self, info: Info) -> Agent | None:
        return agent(info, self.verified_by_id)

    @classmethod
    def of(cls, view: views.DocumentView, visible: Visible) -> "Document":
        return cls(
            id=view.id,
            party_id=view.party_id,
            case_id=view.case_id,
            type=view.type,
            issuer=view.issuer,
            country=view.country,
            number=shown(visible, "document_number", view.number),
            file_name=view.file_name,
            media_type=view.media_type,
            size=view.size,
            sha256=view.sha256,
            issued_on=view.issued_on,
            expires_on=view.expires_on,
            status=DocumentStatus(view.status),
            reason=view.reason,
            uploaded_at=view.uploaded_at,
            verified_at=view.verified_at,
            uploaded_by_id=view.uploaded_by,
            verified_by_id=view.verified_by,
        )
