"""How the board itself is doing: what it stands on, its workers, what was rejected."""
