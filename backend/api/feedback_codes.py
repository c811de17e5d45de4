"""The vocabulary of feedback as the contract writes it."""

from enum import Enum

import strawberry


@strawberry.enum
class SurveyKind(Enum):
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"


@strawberry.enum
class SurveyState(Enum):
    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"


@strawberry.enum
class SurveyAnsweredBy(Enum):
    LINK = "link"
    TELEPHONE = "telephone"


@strawberry.enum
class SurveySentiment(Enum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


@strawberry.enum
class FollowUpState(Enum):
    OPEN = "open"
    CLOSED = "closed"


@strawberry.enum
class Contentment(Enum):
    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NOT_REACHED = "not_reached"
