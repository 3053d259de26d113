"""Letters: the words of PDF and Word files, and what stands at their head."""
