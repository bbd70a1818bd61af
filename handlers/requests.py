"""What needs somebody else's yes: more time, sending a case back, shelving it."""
