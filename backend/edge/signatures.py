"""Every kind of thing that two people decide, in the order in which the page shows them.

A capability brings its kinds in a module `signatures`; another kind is another name here.
"""

from typing import Final

from backend.access.signatures import EMERGENCIES, RESETS, ROLES, SignatureKind
from backend.complaints.signatures import LETTERS as COMPLAINT_LETTERS
from backend.complaints.signatures import REDRESS
from backend.customers.signatures import MERGES
from backend.engagement.models.signatures import CHAMPIONS, VALIDATIONS
from backend.engagement.segments.signatures import GROUPINGS
from backend.governance.signatures import RULE_SETS
from backend.onboarding.signatures import CASES
from backend.product_reviews.signatures import REVIEWS as PRODUCT_REVIEWS
from backend.products.selling.signatures import SALES
from backend.products.signatures import STEPS
from backend.reviews.signatures import REVIEWS
from backend.rights.signatures import ERASURES, HOLDS, RETENTION
from backend.risk.signatures import OVERRIDES
from backend.screening.signatures import ALERTS, LIST_VERSIONS
from backend.servicing.assistant.signatures import ARTICLES
from backend.servicing.interactions.signatures import TEXTS

KINDS: Final[tuple[SignatureKind, ...]] = (
    CASES,
    REVIEWS,
    OVERRIDES,
    ALERTS,
    LIST_VERSIONS,
    STEPS,
    PRODUCT_REVIEWS,
    SALES,
    REDRESS,
    COMPLAINT_LETTERS,
    TEXTS,
    ARTICLES,
    VALIDATIONS,
    CHAMPIONS,
    GROUPINGS,
    MERGES,
    ERASURES,
    RETENTION,
    HOLDS,
    RULE_SETS,
    ROLES,
    RESETS,
    EMERGENCIES,
)
