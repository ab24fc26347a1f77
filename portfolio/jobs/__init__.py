"""Background work: jobs in a table of the same database, so that they belong to the transaction that asked for them."""
