"""The parts of the page /health."""

__all__ = [
    "matrix",  # towns by systems
    "page_values",  # what the page looks at
    "pieces",  # marks and ages
    "pipeline",  # Redis, log, ingest, engine
    "rejects",  # what was rejected and why
    "screens",  # screens and walls
    "sources",  # sources and their gaps
    "undeclared",  # sources whose case numbers are not declared
]
