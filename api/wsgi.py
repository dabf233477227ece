"""`gunicorn -c api/serving.py api.wsgi:app`"""

from api import create_app
from settings import Settings

app = create_app(Settings.from_env())
