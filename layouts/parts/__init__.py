"""The parts that pages are made of: tiles, charts, maps, tables, forms."""
