"""The parts of the pages /review and /brief."""
