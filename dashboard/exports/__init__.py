"""Figures as files: tables, reports, PDF."""
