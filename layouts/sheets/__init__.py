"""Tables as files: the sheet as a value, CSV and workbook."""

__all__ = [
    "csv_file",  # a sheet as CSV
    "sheets",  # what a sheet is, and the sheets of a page
    "towns",  # towns and splits
    "workbook",  # a sheet as a workbook
]
