# Two images of one source: `api` answers and has no torch, `worker` measures and has it.
#   docker build --target api -t resit-api .
#   docker build --target worker -t resit-worker .
# What they install is pinned with its digests in locks/; `make lock` renews it.
ARG PYTHON=python:3.13-slim
FROM ${PYTHON} AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    MALLOC_ARENA_MAX=2
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin resit
WORKDIR /srv

FROM base AS wheel
COPY locks/build.txt /locks/
RUN pip install --require-hashes -r /locks/build.txt
COPY . /src
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels /src

FROM base AS api
RUN --mount=type=bind,source=locks,target=/locks pip install --require-hashes -r /locks/api.txt
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels pip install --no-deps /wheels/*.whl
USER resit
EXPOSE 8000
CMD ["gunicorn", "-c", "python:api.gunicorn.serving", "--bind", "0.0.0.0:8000", "api.wsgi:app"]

FROM base AS worker
# The CPU build; an empty TORCH_INDEX takes it from where pip is configured to look. For another, put its digest into locks/torch.txt.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN --mount=type=bind,source=locks,target=/locks \
    pip install --require-hashes --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -r /locks/torch.txt
RUN --mount=type=bind,source=locks,target=/locks pip install --require-hashes -r /locks/worker.txt
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels pip install --no-deps /wheels/*.whl
# matplotlib keeps a list of fonts: nothing but /tmp can be written to when docker compose runs this.
ENV OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLCONFIGDIR=/tmp/matplotlib
USER resit
CMD ["celery", "-A", "workers.main", "worker", "-Q", "bulk", "-c", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
