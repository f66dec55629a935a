"""Market analyses: markets, requirements, analyses."""
