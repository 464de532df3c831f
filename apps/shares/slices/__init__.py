"""Links to chosen rows and columns of a file."""
