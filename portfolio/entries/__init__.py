"""The trunk: entries of every kind, with their history, links, shares, comments and files."""
