"""Standing in (请假): a colleague takes over for some days."""
