"""Privacy: the four levels, explained by one example each, lowered later, and the receipt as the only key."""
