"""The live connection: frames from Redis to the browsers that watch their topics."""
