"""What the machine gives the board: the data folder, its own Redis, child processes."""

__all__ = [
    "child_processes",  # children that end with their parent
    "data_folder",  # the folder, held by one board
    "demo_data",  # whether a history is a demo's
    "embedded_redis",  # the board's own Redis
    "folder_memory",  # the profile and port that a folder remembers
]
