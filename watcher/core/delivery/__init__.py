"""Delivery: who is sent which Alerts, and when."""
