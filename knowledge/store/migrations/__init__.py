"""Alembic's environment, shared by all schemas, and the migrations of the knowledge database."""
