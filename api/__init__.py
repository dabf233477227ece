"""HTTP in, HTTP out: `create_app` makes the WSGI application. Nothing in here draws, proves or grades by itself."""

from api.app import create_app

__all__ = ["create_app"]
