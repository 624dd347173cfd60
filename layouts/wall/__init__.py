"""The wall: where things stand on the glass (canvas, fitting), and what they are made of."""
