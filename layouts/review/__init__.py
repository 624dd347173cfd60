"""The parts of the review page: freeze, data quality, lessons, funnels, towns side by side, a town's page, commitments."""
