"""The service on one machine with nothing installed: a private Redis, the workers and the API under one supervisor."""
