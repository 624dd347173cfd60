"""Tables as files: the sheet as a value, CSV and workbook."""
