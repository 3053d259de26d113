"""Read models: what the database can tell, as values; the commands print them."""
