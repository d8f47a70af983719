"""The migrations of the conversations database, oldest first."""
