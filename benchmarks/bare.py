"""A Flask view that returns ready bytes and does nothing else: what the service is compared with."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response

CONTENT = Path(os.environ["BENCH_CONTENT"]).read_bytes()

app = Flask("bare", static_folder=None)


@app.route("/v1/variants/<name>")
def variant(name: str) -> Response:
    return Response(CONTENT, content_type="application/json")
