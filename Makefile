# Two commands matter: `make demo` and `make test`. Both bring everything they need (docs/lab.md); nothing is asked of the machine but Debian 12, root, npm and Go.
SHELL := /bin/bash
CACHE := $(or $(REHELM_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rehelm)
export PATH := $(CACHE)/node/24.21.0/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: demo test verify format lint types unit e2e up down status bootstrap

## Migrates the example product on a real cluster, kills the worker meanwhile, rolls back, migrates again, finalizes.
demo: bootstrap
	@scripts/story.sh demo 50000

## Everything CI runs: verify, then the short end-to-end suite on the lab.
test: bootstrap
	@scripts/test.sh

## Format, lint, types, unit, workflow and replay tests; no root, no cluster.
verify: bootstrap
	@scripts/verify.sh

format: bootstrap
	@biome check --write .

## A lab with nothing in it but the cluster; `bin/lab` has more.
up: bootstrap
	@bin/lab up

down: bootstrap
	@bin/lab down

status: bootstrap
	@bin/lab status

bootstrap:
	@scripts/bootstrap.sh
