"""Outcomes besides repair: fixed on the spot and sampled, referred and chased, notices served, grades corrected."""
