"""The application composed: settings, access, pages, API, processes and the command line."""

__all__: list[str] = []
