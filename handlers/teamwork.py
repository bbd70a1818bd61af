"""Teamwork on a case: called posts report in (吹哨报到), and whoever has a conflict of interest is kept out."""
