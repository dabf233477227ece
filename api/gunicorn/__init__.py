"""How the API runs under gunicorn: its configuration, and a worker of our own."""
