"""What answers tell browsers to refuse, and what browsers report of it."""
