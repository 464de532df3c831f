"""Django's own admin over a local table of the same rows: what our pages and memory are held against."""
