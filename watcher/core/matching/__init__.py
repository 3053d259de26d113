"""Topics found in Items: the term language, its compiled form, the index, and checks of topics.yaml."""
