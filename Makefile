# Two commands matter: `make demo` and `make test`. Both bring everything they need (docs/lab.md); nothing is asked of the machine but Debian 12, root, npm and Go.
SHELL := /bin/bash
CACHE := $(or $(REHELM_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/rehelm)
export PATH := $(CACHE)/node/24.21.0/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: demo test bench mutations verify format up down status bootstrap crash crash-lab kill-test kill-helm helm-traps people lab-copy lab-e2e drills private-server compose-test e2e-portal e2e-live-agent e2e-keycloak api-matrix bench-api fuzz-api

## Migrates the example product on a real cluster, kills the worker meanwhile, rolls back, migrates again, finalizes.
demo: bootstrap
	@scripts/story.sh demo 50000

## Everything CI runs: verify, then the short end-to-end suite on the lab.
test: bootstrap
	@scripts/test.sh

## Format, lint, types, unit, workflow and replay tests; no root, no cluster.
verify: bootstrap
	@scripts/verify.sh

## What the engine itself takes in a whole migration, and how long volumes take to hand over, on a lab of its own: out/bench/main-job.json. Then copies of databases beside their servers' own tools: out/bench/copy.json.
bench: bootstrap
	@scripts/bench.sh
	@scripts/bench.sh copy

## What may happen to a copy, one thing at a time, and whether the verifiers of both engines name it; and nothing of clean copies; no root, no cluster; about 10 minutes. Result: out/verify/mutations.json.
mutations: bootstrap
	@scripts/mutations.sh

## Every step of every kind but the drill failing and cancelled; then each with its worker killed, frozen and reset at every point, against fakes: hours, no root, no cluster; scripts/crash.sh --kind KIND is one kind. Result: out/crash/.
crash: bootstrap
	@REHELM_EVERY_STEP=1 REHELM_TEMPORAL=$$(bin/lab tools --print temporal) NODE_OPTIONS=--experimental-vm-modules jest 'test/workflows/(kustomize-to-helm|chart-upgrade|postgres-to-ha|database-)'
	@scripts/crash.sh

## The same on a lab of its own: real runs that are killed at every point of every step and of its undo, one step of each phase failing and cancelled; at most 75 minutes. Result: out/crash/.
crash-lab: bootstrap
	@scripts/crash-lab.sh

## Workers and copiers killed, databases and Temporal restarted in the middle of copies of PostgreSQL and MongoDB, on a lab of its own; at most 40 minutes; KILLS=5 is short, SEED=N repeats. Result: out/kill/copy.json.
kill-test: bootstrap
	@scripts/kill-test.sh

## Helm killed at ten points of upgrades, on a lab of its own; the next attempt must end deployed without a person; about 25 minutes. Result: out/kill/helm.json.
kill-helm: bootstrap
	@scripts/kill-helm.sh

## Helm's own traps in upgrades on a lab: a foreign helm that died, a hook that fails, a field that cannot be changed, pods that never get ready. About 10 min.
helm-traps: bootstrap
	@scripts/helm-traps.sh

## People as the fault, on a lab of its own: the source scaled up, claims deleted, Reset, Terminate, a second run; world and data compared. Result: out/people/report.json.
people: bootstrap
	@scripts/people.sh

## The databases of examples/database-copy to a newer server, on a lab of its own: the worker killed in the middle, back, again, finalized; at most 6 minutes. Result: out/e2e/database-copy/.
lab-copy: bootstrap
	@scripts/lab-copy.sh

## What docs/lab.md promises of a cluster, on two of its own: images, volumes, names, registry, addresses, nodes off and on; and that nothing is left of one that was killed.
lab-e2e: bootstrap
	@REHELM_LAB_NAME=labe2e NODE_OPTIONS=--experimental-vm-modules scripts/with-lab.sh labe2e 3 jest --runInBand --testMatch '<rootDir>/test/e2e/*.e2e.ts' --testPathIgnorePatterns /node_modules/

## Every target of examples/failover-drill with every fault, unsafe ones, and drills that lose their worker, their driver, Temporal; on a lab with four nodes. Result: out/drills/matrix.json.
drills: bootstrap
	@scripts/drills.sh

## A PostgreSQL served privately on its old volume, copied into a newer one, taken back; and one upgraded in place: on a lab of its own.
private-server: bootstrap
	@scripts/private-server.sh

## The image and docker-compose.yml, built and started on a container engine of its own, with a drill on a lab, every container killed once during it. Result: out/e2e/compose.json.
compose-test: bootstrap
	@scripts/compose-test.sh

## The chart upgrade of examples/live-agent on a lab of its own, PostgreSQL 11 to 15: there, back, there again, finalized. Result: out/e2e/live-agent.json.
e2e-live-agent: bootstrap
	@scripts/e2e-live-agent.sh

## PostgreSQL to PostgreSQL-HA of examples/keycloak-ha on a lab of its own: there, back, there again, finalized, and a failover drilled; then by a plain helm upgrade with the chart's own hooks. Result: out/e2e/keycloak-ha.json, out/e2e/keycloak-hooks.json.
e2e-keycloak: bootstrap
	@scripts/e2e-keycloak.sh
	@scripts/e2e-keycloak.sh hooks

## The main job and a drill as a portal does them, through the API alone, with API, worker and Temporal killed; then from Temporal's own UI, with pictures. Needs Chromium; at most 25 minutes. Result: out/e2e/portal.json, out/screens/.
e2e-portal: bootstrap
	@scripts/e2e-portal.sh

## Who may what of the API: every operation of its document × who asks × whose run it is; no root, no cluster. Result: out/api/matrix.json.
api-matrix: bootstrap
	@scripts/api-matrix.sh

## The API under 50 lists a second and 1, 50 and 200 readers of events, over 2,000 past runs on a real Temporal; no root, no cluster; 7 minutes, alone on the machine, and a minute for each point that is measured again since the host took the machine away. Fails where a bar is missed. Result: out/bench/api.json.
bench-api: bootstrap
	@scripts/bench-api.sh

## What schemathesis finds in the API, with valid tokens, a real Temporal and runs in every state; then whether it finds bugs that are planted; no root, no cluster; 8 minutes, alone on the machine: a look that has waited 5 s for its turn is a failure. Result: out/api/fuzz.json.
fuzz-api: bootstrap
	@scripts/fuzz-api.sh

.PHONY: bench-precopy
## A cutover of 1 and of 5 GiB of PostgreSQL after a copy ahead, timed by writers that never stop; no root, no cluster; 15 minutes and 25 GB of disk. Result: out/bench/precopy.json. Fails where a bar is missed.
bench-precopy: bootstrap
	@scripts/bench-precopy.sh

format: bootstrap
	@biome check --write .

## A lab that stays, with the example product, Temporal and a worker; prints their addresses.
up: bootstrap
	@bin/lab up
	@bin/lab images import lab.local/redis:7 lab.local/ferretdb:1.24.2 rehelm/copier:dev cognigy/service:4.41.2
	@node --enable-source-maps dist/test/e2e/story/keep.js up

down: bootstrap
	@node --enable-source-maps dist/test/e2e/story/keep.js down
	@bin/lab down

status: bootstrap
	@bin/lab status
	@node --enable-source-maps dist/test/e2e/story/keep.js status

bootstrap:
	@scripts/bootstrap.sh
