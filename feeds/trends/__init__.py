"""The control chart of each figure: completed weeks or months, kept for the engine."""
