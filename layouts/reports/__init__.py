"""A quarter's review on paper: one plan of slides, charts and tables (plan, compose), and what is made of it.

deck makes a PowerPoint file, book a workbook, paper the pages that a browser prints. All take their numbers from the plan.
"""
