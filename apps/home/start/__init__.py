"""The start page: panels that are read on their own, and fail on their own."""
