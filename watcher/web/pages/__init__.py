"""The pages for people, one file for each group of them."""
