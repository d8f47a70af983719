"""What the assistant talks about: replies, and the values in them. Nothing here imports a framework."""
