"""Alerts: the rules, the life of an alert, how a rule is evaluated, and where alerts are stored."""
