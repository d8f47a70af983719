"""The migrations of the conversations database."""
