"""HTML elements as Dash components, and as text. Promises: both have the same content."""

__all__ = [
    "attributes",  # data and aria attributes
    "elements",  # the elements
    "islands",  # ready markup within Dash
    "render",  # a component as HTML
]
