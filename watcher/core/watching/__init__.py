"""Watching the sources: how healthy each is, what admins hear of it, and when to poll fast."""
