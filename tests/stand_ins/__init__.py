"""Stand-ins for the services that announce things to GP practices: what each would answer at a given moment."""
