"""What the address of the sign-in page says."""

#: There was a session, and it ended by itself.
SESSION_IS_OVER = "ended=1"
