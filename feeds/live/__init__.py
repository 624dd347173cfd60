"""What runs all the time: the engine that publishes frames, and the loops of the processes."""
