"""Pages that wait for the API: the frame first, answers handed over, and what is fetched before it is asked for."""
