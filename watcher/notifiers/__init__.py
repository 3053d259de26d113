"""Delivery channels: one file or folder each, named in YAML by its name."""
