"""Step-up: a proof of the last minutes before what matters most."""
