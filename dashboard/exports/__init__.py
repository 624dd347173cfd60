"""Figures as files: tables, reports, PDF."""

__all__ = [
    "audit_files",  # the audit log to download
    "downloads",  # reports and briefs to download
    "printing",  # a document as PDF
    "report_files",  # a review as a file
    "tables",  # a page's table as CSV or workbook
]
