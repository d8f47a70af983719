"""One module a kind of source system: each yields services, and refusals that say which record, field and why."""
