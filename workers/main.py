"""`celery -A workers.main worker -Q interactive`"""

from settings import Settings
from workers import create_celery

app = create_celery(Settings.from_env())
