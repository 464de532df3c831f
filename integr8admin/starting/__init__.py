"""What the settings ask while a process starts: where secrets come from, and how other services are reached."""
