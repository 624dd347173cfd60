"""Single cases: which stand open, how long they stay in each stage, where they are stuck."""
