"""The parts of the page /alerts and the wall's strip, one module each, and what they are told (standing).

The page is layouts/pages/alerts.py.
"""
