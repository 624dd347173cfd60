"""What a wall needs beside its page: pairing, remote control, single scenes."""
