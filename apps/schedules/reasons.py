"""Why a run cannot even ask for its export, in words for its owner."""

WAITS_FOR_KEY = "The export of an earlier run still waits for a working key."
