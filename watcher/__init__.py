"""watcher: what NHS England, PCSE, GOV.UK and the press announce, told to GP practice managers within minutes."""

__version__ = "0.2.0"
