# What node:26-trixie and the features bring and the local stack's tests use: git, ps and curl.
ARG REGISTRY=
FROM ${REGISTRY}node:26-trixie-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl git procps \
 && rm -rf /var/lib/apt/lists/*
