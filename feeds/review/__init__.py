"""The quarterly review and the brief: values, signals, freezes and commitments."""
