"""What the machine gives the board: the data folder, its own Redis, child processes."""
