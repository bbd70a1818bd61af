"""Staff groups: where cards of new cases arrive; who presses is checked, not where."""
