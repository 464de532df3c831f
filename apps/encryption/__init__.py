"""Encryption of what is stored, under the keys of `API_KEY_RING`."""
