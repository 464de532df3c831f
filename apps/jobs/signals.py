"""What the worker tells the apps above it."""

from django.dispatch import Signal

#: Sent once by each `manage.py worker`, before it does anything.
worker_starts = Signal()
