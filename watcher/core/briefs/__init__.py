"""The Brief of an Item: nine fields cut from its own words, with its dates as they stand today."""
