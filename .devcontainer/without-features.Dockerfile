# Adds what the tests of the local stack need and node:26-trixie or the features would provide: git, ps and curl.
ARG REGISTRY=
FROM ${REGISTRY}node:26-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl git procps \
 && rm -rf /var/lib/apt/lists/*
