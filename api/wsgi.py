"""`gunicorn -c python:api.gunicorn.serving api.wsgi:app`"""

from api import create_app
from bank.errors import BankError
from settings import Settings

try:
    app = create_app(Settings.from_env())
except (BankError, ValueError) as error:
    raise SystemExit(f"The API cannot start: {error}") from None
