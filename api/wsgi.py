"""`gunicorn -c python:api.gunicorn.serving api.wsgi:app`"""

from contextlib import closing

from api import create_app
from bank.errors import BankError
from bank.store import Store
from settings import Settings

try:
    settings = Settings.from_env()
    with closing(Store(settings.database_url)) as store:  # not the application's, which is made before a fork
        store.demand_known()
    app = create_app(settings)
except (BankError, ValueError) as error:
    raise SystemExit(f"The API cannot start: {error}") from None
