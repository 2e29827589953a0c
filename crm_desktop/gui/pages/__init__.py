"""One page a noun."""
