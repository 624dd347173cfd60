"""Upgrades a history that an older version of the board made, revision by revision (Alembic).
What a revision does is written down once, in versions/, and never changed after its release.
"""

__all__ = [
    "sealing",  # what freezes of older versions fixed
    "upgrading",  # what an upgrade will do, and the upgrade
]
