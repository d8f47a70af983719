"""Who of the staff may do what: accounts, roles, passwords, log-ins."""
