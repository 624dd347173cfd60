"""Callbacks are tried on the views that layouts are tried on."""

from tests.layouts.conftest import city, make_view

__all__ = ["city", "make_view"]
