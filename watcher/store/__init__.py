"""What is remembered: one file per noun, the same code on SQLite and PostgreSQL."""
