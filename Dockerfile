# Two images of one source: `api` answers and has no torch, `worker` measures and has it.
#   docker build --target api -t resit-api .
#   docker build --target worker -t resit-worker .
FROM python:3.13-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin resit
WORKDIR /srv

FROM base AS api
COPY . /src
RUN pip install /src
USER resit
EXPOSE 8000
CMD ["gunicorn", "-c", "python:api.gunicorn.serving", "--bind", "0.0.0.0:8000", "api.wsgi:app"]

FROM base AS worker
# The CPU build; PyPI's own brings several GB of CUDA. An empty TORCH_INDEX takes what pip is configured for.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY pyproject.toml /src/
RUN torch=$(python -c "import tomllib; print(tomllib.load(open('/src/pyproject.toml', 'rb'))['project']['optional-dependencies']['lab'][0])") \
    && pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$torch"
COPY . /src
RUN pip install '/src[lab]'
# matplotlib keeps a list of fonts: nothing but /tmp can be written to when docker compose runs this.
ENV OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MPLCONFIGDIR=/tmp/matplotlib
USER resit
CMD ["celery", "-A", "workers.main", "worker", "-Q", "bulk,training", "-c", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
