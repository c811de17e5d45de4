"""Every report there is."""

from typing import Final

from backend.reporting.audit_log import AUDIT_LOG, PERSONAL_READS
from backend.reporting.errors import ReportUnknown
from backend.reporting.report import Report

REPORTS: Final = {report.code: report for report in (AUDIT_LOG, PERSONAL_READS)}


def report_of(code: str) -> Report:
    """Raises ReportUnknown."""
    if code not in REPORTS:
        raise ReportUnknown()
    return REPORTS[code]
