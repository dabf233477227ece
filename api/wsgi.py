"""`gunicorn -c python:api.gunicorn.serving api.wsgi:app`"""

from api import create_app
from settings import Settings

app = create_app(Settings.from_env())
