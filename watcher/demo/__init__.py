"""`watcher demo`: bundled days, played through the real product against stand-ins on this machine."""
