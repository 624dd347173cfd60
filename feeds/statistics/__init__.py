"""Statistics as pure functions: control charts, funnels, intervals, suppression of small counts."""
