"""The migrations of the knowledge database, oldest first."""
