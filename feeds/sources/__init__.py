"""How data gets in without code: spreadsheets and the mappings that turn their rows into events."""
