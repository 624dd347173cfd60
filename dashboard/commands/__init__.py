"""The commands of `board`, one module a subject. Each is loaded when it is used: see dashboard/cli.py."""
