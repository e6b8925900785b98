# rehelm's worker, API and command line in one image; with --target copier and --target drill, what Jobs run beside databases and in drills.
# Every builder takes it, BuildKit or not.

# What the image needs to run: changes only with the lock file. Not npm ci: it refuses a lock file made where the registry lacks some platforms' packages.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The SDK brings its native part for five platforms, and that part's sources.
RUN npm install --no-save --omit=dev --loglevel=error \
  && cd node_modules/@temporalio/core-bridge \
  && rm -rf sdk-core src \
  && find releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
  && find /app/node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' ')' -delete

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts/bundle-workflows.ts scripts/bundle-program.ts scripts/bundle-programs.ts scripts/
RUN node_modules/.bin/tsc -p tsconfig.build.json --incremental false --tsBuildInfoFile null \
  && node dist/scripts/bundle-workflows.js \
  && node dist/scripts/bundle-programs.js \
  && rm -r dist/scripts

FROM node:24.21.0-bookworm-slim AS drill
COPY --from=build /app/bundles/drill /app
USER 65532:65532
CMD ["node", "/app/main.mjs"]

# pg_dump and its companions of every major that a source or a target may have: Debian brings 15, the PostgreSQL project's own packages the others.
FROM node:24.21.0-bookworm-slim AS copier
ARG POSTGRES_MAJORS="13 14 15 16 17 18"
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates postgresql-common util-linux \
  && packages=$(printf 'postgresql-client-%s ' $POSTGRES_MAJORS) \
  && { apt-get install --simulate $packages > /dev/null 2>&1 || /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y; } \
  && apt-get install --yes --no-install-recommends $packages \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/bundles/copier /app
USER 65532:65532
CMD ["node", "/app/main.mjs"]

FROM alpine/helm:4.1.4 AS helm
FROM registry.k8s.io/kubectl:v1.35.2 AS kubectl

FROM node:24.21.0-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates postgresql-client \
  && rm -rf /var/lib/apt/lists/* \
  && printf '#!/bin/sh\nexec node --enable-source-maps /app/dist/src/cli/main.js "$@"\n' > /usr/local/bin/rehelm \
  && chmod 0755 /usr/local/bin/rehelm \
  && install -d -m 1777 /var/lib/rehelm
COPY --from=helm /usr/bin/helm /usr/local/bin/helm
COPY --from=kubectl /bin/kubectl /usr/local/bin/kubectl
COPY --from=dependencies /app/node_modules /app/node_modules
COPY package.json /app/
COPY --from=build /app/dist /app/dist
# USER: whose name nobody looks up, since a stack may run it under a number of its own.
ENV NODE_ENV=production REHELM_IN_CONTAINER=1 REHELM_HELM=/usr/local/bin/helm HOME=/tmp USER=rehelm
WORKDIR /app
USER 1000:1000
ENTRYPOINT ["rehelm"]
CMD ["--help"]
