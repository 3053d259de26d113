"""Date extraction."""
