"""What the bot knows about fire: articles, hazard kinds, checklists, the season, and villagers' ways of speaking."""
