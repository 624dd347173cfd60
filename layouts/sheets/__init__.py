"""Tables as files: the sheet as a value, CSV and workbook."""

__all__ = [
    "csv_file",  # a sheet as CSV
    "grid",  # a sheet's grid on the screen
    "sheets",  # what a sheet is, and the sheets of a page
    "towns",  # towns and splits
    "workbook",  # a sheet as a workbook
]
