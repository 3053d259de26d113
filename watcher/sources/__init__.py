"""Kinds of sources: one file each, named in YAML by the file's name. None of them does any I/O."""
