"""`celery -A workers.main worker -Q interactive`"""

from contextlib import closing

from bank import registry
from bank.errors import BankError
from bank.store import Store
from settings import Settings
from workers.application import create_celery

settings = Settings.from_env()
try:
    settings.installation_secret()  # variants of banks are named with it
    registry.include(settings.families)  # refused before a process is there to work
    with closing(Store(settings.database_url)) as store:
        store.demand_known()
except (BankError, ValueError) as error:
    raise SystemExit(f"The worker cannot start: {error}") from None
app = create_celery(settings)
