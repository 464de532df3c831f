"""Offers: the declaration, and the three things an offer has that no other record has.

The check of an offer's set-up, its tracking links (for one publisher on its page, for many on a page of their own), and
duplicating it with its events and landing pages: they are why this app is larger than a declaration.
"""
