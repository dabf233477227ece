"""Real servers for the tests, each started for itself on a socket or a free port, and stopped again."""
