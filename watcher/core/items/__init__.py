"""Items of one poll: which are new or revised, which may be reported, and how a round-up is split into them."""
