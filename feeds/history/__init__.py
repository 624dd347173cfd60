"""The history: its tables, what an event adds to them, and ingest, which writes both in one
transaction.
"""
