"""What people are told outside a page: the outbox and its mail."""
