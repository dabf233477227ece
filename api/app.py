"""The application: its parts made once, its hooks in their order, a blueprint for every noun."""

from __future__ import annotations

from flask import Flask, Response

from api import auth, errors, openapi, request_log, strict_json
from api.fast_reads import FastReads
from api.gunicorn.reading import LARGEST_BODY_BYTES
from api.job_events import JobEvents
from api.keyring import Keyring
from api.limits import Limiter
from api.links import UnderPrefix
from api.long_poll import LongPoll
from api.metrics import Metrics
from api.parts import Parts
from api.readiness import Readiness
from api.variant_cache import VariantCache
from api.views import (
    assets,
    banks,
    corrections,
    documents,
    drawing,
    draws,
    exports,
    families,
    grading,
    health,
    jobs,
    learners,
    record,
    reports,
    responses,
    variants,
)
from api.wakeups import Wakeups
from bank import registry
from bank.attempts import AttemptRules
from bank.cache import Cache
from bank.exams.drawing import Drawing
from bank.identity import Identity
from bank.store import Store
from logs import make_log, make_writer
from settings import Settings

LOG_LEVELS_WITH_REQUESTS = ("DEBUG", "INFO")  # at which every request has its line
LONG_POLLS_AT_ONCE = 4  # of a process' eight threads; the others go on serving
STREAMS_AT_ONCE = 2  # of the same threads
NOUNS = (
    families,
    drawing,
    record,
    variants,
    grading,
    responses,
    learners,
    assets,
    banks,
    draws,
    corrections,
    exports,
    reports,
    jobs,
    health,
    documents,
)


class Resit(Flask):
    """Flask, without what an API has no use for: static files, redirects over slashes, HTML."""

    json_provider_class = strict_json.Provider

    def make_default_options_response(self) -> Response:
        response = super().make_default_options_response()
        response.status_code = 204
        del response.headers["Content-Type"]
        return response


def create_app(settings: Settings) -> Flask:
    """Opens no connection and starts no thread, so that a server may fork afterwards.

    Raises ValueError without a secret to name variants with, BankError where a course's families cannot be used.
    """
    registry.include(settings.families)
    app = Resit("resit", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.url_map.merge_slashes = False
    parts = app.extensions["resit"] = make_parts(settings)
    request_log.register(app, parts)  # first, so that whatever the others refuse is counted as well
    auth.register(app, parts)
    errors.register(app, parts)
    openapi.publish(app, [noun.blueprint for noun in NOUNS], settings.prefix)
    served = UnderPrefix(app.wsgi_app, settings.prefix) if settings.prefix else app.wsgi_app
    app.wsgi_app = FastReads(served, parts)  # type: ignore[method-assign]  # as Flask documents it
    return app


def make_parts(settings: Settings) -> Parts:
    store, cache, log = Store(settings.database_url), Cache(settings.cache_url), make_log(settings.log_level)
    identity = Identity(settings.installation_secret())
    return Parts(
        settings=settings,
        attempt_rules=AttemptRules(settings.attempts, settings.choice_worth, settings.choice_reasons),
        identity=identity,
        store=store,
        drawing=Drawing(store, identity),
        cache=cache,
        variant_cache=VariantCache(store, cache, settings.prefix),
        keyring=Keyring(store),
        limiter=Limiter(cache, settings.rate_limit),
        wakeups=Wakeups(settings.broker_url, log),
        long_poll=LongPoll(LONG_POLLS_AT_ONCE),
        job_events=JobEvents(STREAMS_AT_ONCE),
        metrics=Metrics(settings.metrics_dir, store, cache),
        readiness=Readiness(store, settings.broker_url, settings.cache_url),
        log=log,
        request_log=make_writer() if settings.log_level in LOG_LEVELS_WITH_REQUESTS else None,
    )
