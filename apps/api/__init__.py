"""The client of the Integr8 API: plain Python and requests, no Django."""
