"""Mail: what a mail says, section by section, who surely sent it, and where it leads. No network."""
