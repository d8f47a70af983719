"""The conversation engine: what citizens do, who answers, what the clock does, and delivery to open streams."""
