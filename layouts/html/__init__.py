"""HTML elements as Dash components, and as text."""
