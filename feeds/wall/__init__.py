"""The wall as a city's profile declares it: how the screen is made, its scenes, the duty shifts."""
