"""Why a run cannot even ask for its export, in words for its owner."""

NO_KEY = "You have no key stored for this service."
WAITS_FOR_KEY = "The export of an earlier run still waits for a working key."
