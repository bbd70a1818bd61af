"""Alarms as those on duty see them: who goes, what was said since, and that it is over."""
