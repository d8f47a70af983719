"""A person takes over: by which route, with which brief, from a queue that is watched."""
