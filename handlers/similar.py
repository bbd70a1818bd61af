"""Similar hazards: a resident is shown what has been reported nearby and may follow it; officers merge and un-merge."""
