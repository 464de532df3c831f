# One image for web, worker and management commands. Secrets come from the environment or from NAME_FILE.
# The base by its digest, so that every build has the same one. A newer one:
# docker buildx imagetools inspect python:3.11-slim --format '{{.Manifest.Digest}}'
ARG BASE=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
FROM $BASE AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes -r requirements.txt
COPY manage.py ./
COPY integr8admin integr8admin
COPY apps apps
COPY templates templates
COPY static static
# Collected under production's storage, so a reference to a missing file fails the build. No secret is needed for it:
# with IMAGE_BUILD nothing but this command starts.
RUN IMAGE_BUILD=true /venv/bin/python manage.py collectstatic --noinput

FROM $BASE
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin desk && mkdir --mode=700 /data && chown desk /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIRECTORY=/data SITE_URL_REQUIRED=true
COPY --from=build /venv /venv
COPY --from=build /app /app
# What is installed, as CycloneDX: made by `make sbom`, which CI and the command above a build run first.
COPY var/sbom.jso[n] /app/
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# The worker has no port: it is healthy while its beat is young.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "integr8admin.healthcheck"]
CMD ["python", "-m", "integr8admin.serve", "--host", "0.0.0.0", "--port", "8000"]
