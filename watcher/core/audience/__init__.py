"""Audience: whom an announcement addresses, who must act, and whether practice managers are in."""
