"""The processes of the board: supervisor, core, web worker, and the doctor that looks at them."""
