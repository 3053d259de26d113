"""Past announcements, played through the product on a simulated clock: `watcher replay`."""
