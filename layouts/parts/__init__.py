"""The parts that pages are made of. Promises: a part draws what the View holds and reads nothing
else.
"""

__all__ = [
    "answer",  # what a figure answers, in words
    "attention",  # what to look at first
    "case_list",  # case numbers
    "catalogue",  # the list of all figures
    "chains",  # handling chains
    "charts",  # charts over time and by town
    "comparison",  # a figure beside others
    "components",  # pickers, links, small things
    "control_chart",  # a control chart
    "diagrams",  # funnels and bars, described once for every medium
    "domain",  # the page of a domain
    "drawing",  # SVG
    "drill",  # a figure split
    "forms",  # forms
    "help_link",  # the "?" that leads to the manual
    "instead",  # what a page says that has no figures to show
    "labels",  # what codes are called
    "lineage",  # where a figure comes from
    "person_menu",  # who is signed in, in the header
    "plots",  # what charts share
    "points",  # where a press of a chart's point leads
    "refusal",  # a paper that there is not
    "remarks",  # remarks on a chart and beneath it
    "report_links",  # links to files
    "sections",  # sections of a page
    "svg_charts",  # diagrams as SVG, for paper
    "table_bar",  # the bar over a table
    "tables",  # tables
    "tile",  # a figure's tile
    "town_map",  # the map
    "verdicts",  # a verdict as a sentence
    "waiting",  # what waits longest
]
