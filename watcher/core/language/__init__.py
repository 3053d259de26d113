"""Words, dates, numbers and sentences: the ground floor of `core`, which all its other packages build on."""
