"""The towns whose small counts and case numbers a request may see."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access import principal
from feeds.city.profile import Profile


@dataclass(frozen=True)
class Permissions:
    """`inside` are the towns whose small counts and case numbers may be seen; `everywhere`: those
    of the whole city, also where a town is not known.
    """

    inside: frozenset[str] = frozenset()
    everywhere: bool = False

    def includes(self, area: str) -> bool:
        """Whether the small counts and case numbers of an area may be seen."""
        return self.everywhere or area in self.inside


OUTSIDE = Permissions()


def of_request(profile: Profile) -> Permissions:
    """The permissions of this request."""
    rights = principal.of_request().rights
    return Permissions(rights.towns_of("cells", profile.town_by_code), rights.may("cells"))
