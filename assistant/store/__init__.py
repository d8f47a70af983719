"""The conversations database: the only SQL of this package."""
