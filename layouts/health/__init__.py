"""The parts of the page /health, one module each, and what they are told (standing). The page is layouts/pages/health.py."""
