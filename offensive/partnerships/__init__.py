"""Universities: institutes, challenges, cooperations."""
