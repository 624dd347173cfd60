"""The wall as a city's profile declares it: the make of the screen, its scenes, the duty shifts."""

__all__ = [
    "wall_profile",  # the profile's section, and the wall it makes
]
