# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/watchpost
COPY requirements/run.txt requirements/run.txt
RUN /opt/watchpost/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/watchpost/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Watchpost" org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --create-home --home-dir /data watchpost
COPY --from=build /opt/watchpost /opt/watchpost
ENV PATH=/opt/watchpost/bin:$PATH PYTHONUNBUFFERED=1
USER watchpost
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s CMD ["monitor", "doctor"]
ENTRYPOINT ["monitor"]
CMD ["run", "--log", "json"]
