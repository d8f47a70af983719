"""The knowledge database: tables, and the only code that writes SQL to them."""
