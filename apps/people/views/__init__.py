"""The pages about who has access, and the one of an invitation."""
