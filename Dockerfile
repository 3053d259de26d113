# Two stages: the first makes the wheel, the second holds what runs and nothing that builds.
# flit-core, which makes the wheel, is pinned with its hashes in requirements.lock only; the first RUN takes its lines.
FROM python:3.11-slim AS wheel
WORKDIR /build
COPY requirements.lock ./
RUN sed -n '/^flit-core==/,/[^\\]$/p' requirements.lock > build.lock \
    && pip install --no-cache-dir --require-hashes --requirement build.lock
COPY pyproject.toml README.md LICENSE ./
COPY watcher/ watcher/
COPY config/ config/
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir dist .

FROM python:3.11-slim
WORKDIR /app
COPY requirements-run.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-run.lock
COPY --from=wheel /build/dist/ dist/
RUN pip install --no-cache-dir --no-deps --no-index dist/*.whl
COPY config/ config/
RUN useradd --system --uid 10001 --no-create-home watcher && mkdir /data && chown watcher /data
USER watcher
VOLUME /data
WORKDIR /data
# Nothing but /data and /tmp is written to, so that the root can be read-only (compose.yaml).
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp WATCHER_CONFIG=/app/config WATCHER_DATABASE=sqlite:////data/watcher.db
# Unhealthy means that a source cannot be read or a delivery is late; `watcher health` in the container says which.
HEALTHCHECK --interval=5m --timeout=30s --start-period=10m --retries=3 CMD ["watcher", "health"]
CMD ["watcher", "run"]
