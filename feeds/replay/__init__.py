"""A past moment of the board, moved on by what came in after it."""
