"""Discovery: what can be watched at an address, by what its site answers, and the entry that watches it."""
