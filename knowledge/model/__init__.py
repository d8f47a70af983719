"""The embedder that ships with the product: its file, the code that reads it and the code that makes it."""
