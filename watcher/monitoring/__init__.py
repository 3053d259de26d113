"""What machines are told of how this process does: figures for Prometheus on a port of their own, and a heartbeat."""
