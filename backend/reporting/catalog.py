"""Every report there is."""

from typing import Final

from backend.reporting.access_rights import ACCESS_RIGHTS
from backend.reporting.alert_decisions import ALERT_DECISIONS
from backend.reporting.audit_log import AUDIT_LOG, PERSONAL_READS
from backend.reporting.complaints import COMPLAINTS
from backend.reporting.consents import CONSENTS
from backend.reporting.emergencies import EMERGENCIES
from backend.reporting.errors import ReportUnknown
from backend.reporting.privacy_requests import PRIVACY_REQUESTS
from backend.reporting.ratings import RATING_CHANGES, RATING_DISTRIBUTION, RATING_OVERRIDES
from backend.reporting.report import Report
from backend.reporting.review_times import REVIEW_TIMES

REPORTS: Final = {
    report.code: report
    for report in (
        AUDIT_LOG,
        PERSONAL_READS,
        ACCESS_RIGHTS,
        EMERGENCIES,
        ALERT_DECISIONS,
        RATING_CHANGES,
        RATING_OVERRIDES,
        RATING_DISTRIBUTION,
        REVIEW_TIMES,
        CONSENTS,
        COMPLAINTS,
        PRIVACY_REQUESTS,
    )
}


def report_of(code: str) -> Report:
    """Raises ReportUnknown."""
    if code not in REPORTS:
        raise ReportUnknown()
    return REPORTS[code]
