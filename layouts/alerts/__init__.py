"""The parts of the page /alerts and the strip of alerts on the wall."""
