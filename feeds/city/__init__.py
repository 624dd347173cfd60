"""A city as it is declared: its profile and areas, its calendar and periods, and texts in two
languages.
"""
