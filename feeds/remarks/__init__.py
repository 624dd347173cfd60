"""Remarks: dated notes of an office on a figure, and where they are stored."""
