"""What helps an agent while they have a conversation: the reply that the assistant would give, with its sources."""
