"""Django's own admin over a local table of the same rows: what our pages and memory are held against.

It serves the react-admin build of the same lists as well, with the rows as JSON.
"""
