"""The API, version 1, read-only: one table of addresses makes the routes, the checks and the OpenAPI document."""
