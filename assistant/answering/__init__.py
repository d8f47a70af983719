"""From question to reply: one file a step, the list in `pipeline.py`."""
