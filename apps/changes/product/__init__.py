"""The part of the change log about the product itself: who signed in, keys, links, roles, downloads."""
