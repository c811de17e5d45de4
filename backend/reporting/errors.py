"""What a report refuses."""

from backend.core.errors import Conflict, Invalid, NotFound, TenureError


class ReportUnknown(NotFound):
    code = "report.unknown"
    text = "There is no such report, or you may not see it."


class HistoryUnknown(NotFound):
    code = "report.history_unknown"
    text = "There is no such record, or you may not see it."


class FormatUnknown(Invalid):
    code = "report.format_unknown"
    text = "“{format}” is no format of a report; there are csv, xlsx, jsonl and pdf."


class LanguageUnknown(Invalid):
    code = "report.language_unknown"
    text = "There are no reports in the language “{language}”."


class FilterUnused(Invalid):
    code = "report.filter_unused"
    text = "The report “{report}” cannot be narrowed by {filter}."


class FilterMalformed(Invalid):
    code = "report.filter_malformed"
    text = "“{value}” is not a value of the filter {filter}."


class PeriodEmpty(Invalid):
    code = "report.period_empty"
    text = "The period ends before it begins."


class TooLongForPdf(Invalid):
    code = "report.too_long_for_pdf"
    text = "A PDF holds at most {limit} lines. Narrow the period or the filters, or take XLSX, CSV or JSON."


class ReportNotReady(Conflict):
    code = "report.not_ready"
    text = "This report is not finished."


class ReportExpired(Conflict):
    code = "report.expired"
    text = "The file of this report was kept until {until} and is gone; run it again."


class TooManyReports(Conflict):
    code = "report.too_many"
    text = "You have {count} reports under way; wait for one of them to end."


class FileThere(Conflict):
    code = "report.file_there"
    text = "There is a file {name} already; a report is not written over it."


class ReportDamaged(TenureError):
    code = "report.damaged"
    text = "The kept file of report {report} is not the one that was made: its SHA-256 differs."


class ReaderGone(Conflict):
    code = "report.reader_gone"
    text = "The person this report was for may no longer come in."
