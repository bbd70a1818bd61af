"""Other ways to a report: for a caller, by the code at a place, several findings in one walk."""
