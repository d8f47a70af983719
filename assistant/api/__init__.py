"""HTTP: the API under /api/v1, the plain page at /, and what operators watch."""
