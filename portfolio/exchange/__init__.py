"""Taking everything along as one archive, and bringing it back into an empty account elsewhere."""
