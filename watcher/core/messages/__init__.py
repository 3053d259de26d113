"""Messages: a Delivery put into words, before any channel's markup."""
