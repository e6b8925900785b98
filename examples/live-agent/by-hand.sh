#!/bin/bash
# The vendor's guide from 4.43 to 4.44 as a person types it, step by step: for a small database on the lab. No way back from step 3 on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
namespace=live-agent release=cognigy-live-agent database=live_agent_production
say() { echo "$SECONDS s  $*"; }
k() { kubectl --namespace $namespace "$@"; }
secret() { k get secret "$1" -o "jsonpath={.data['$2']}" | base64 -d; }
volume_of() { k get pvc "$1" -o 'jsonpath={.spec.volumeName}'; }
with_password() { k exec -i postgres-backup -- sh -ec "read -r PGPASSWORD; export PGPASSWORD PGHOST=$release-postgresql PGUSER=postgres; $1" <<< "$2"; }

# Only what the guide lists is changed: two more keys of values.yaml are read by nobody from now on.
backend='ingress.hosts[0].paths[0].backend.service.name'
values=(--namespace $namespace --values values.yaml --set "postgresql.auth.database=$database,postgresql.auth.username=postgres,service.name=$release-app,$backend=$release-app")
chart=charts/live-agent-4.44

say 'a pod for the backup'
k apply -f - << 'YAML'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: postgres-backup }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 3Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: postgres-backup }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - { name: postgres-backup, image: "lab.local/postgres:11", imagePullPolicy: IfNotPresent, command: [sleep, infinity], volumeMounts: [{ name: backup, mountPath: /backup }] }
  volumes: [{ name: backup, persistentVolumeClaim: { claimName: postgres-backup } }]
YAML
k wait --for=condition=Ready pod/postgres-backup

say '1: replicas to 0'
k scale --replicas=0 deployment/$release deployment/$release-worker deployment/$release-odata
k wait --for=delete pod --timeout=60s -l 'app in (live-agent, live-agent-worker, live-agent-odata)'

say '2: dump'
with_password "pg_dump -d $database -f /backup/dump.sql" "$(secret $release-postgresql postgresql-password)"

say '3: the release goes, its volumes stay'
efs=$(volume_of $release-efs)
replaced=(data-$release-postgresql-0 redis-data-$release-redis-master-0 redis-data-$release-redis-replicas-0)
for claim in $release-efs "${replaced[@]}"; do kubectl patch pv "$(volume_of "$claim")" -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'; done
helm uninstall $release --namespace $namespace --wait
kubectl patch pv "$efs" -p '{"spec":{"claimRef":null}}'
k delete pvc "${replaced[@]}"

say '4: secrets'
k delete secret --ignore-not-found $release-postgresql $release-redis

say '5: the new chart, empty'
helm install $release $chart "${values[@]}" --set app.replica=0,worker.replica=0,odata.enabled=false,migration.enabled=false
k rollout status statefulset/$release-postgresql --timeout=120s

say '6: restore'
with_password "psql -q -d postgres -c 'DROP DATABASE $database' -c 'CREATE DATABASE $database' -c 'GRANT ALL PRIVILEGES ON DATABASE $database TO postgres'
  psql -q -o /dev/null -v ON_ERROR_STOP=1 -d $database -f /backup/dump.sql" "$(secret $release-postgresql postgres-password)"

say '7: migration, app, worker, odata'
helm upgrade $release $chart "${values[@]}"
k rollout status deployment/$release-app deployment/$release-worker deployment/$release-odata --timeout=180s

say '8: no onboarding'
k exec $release-redis-master-0 -- redis-cli del alfred:CHATWOOT_INSTALLATION_ONBOARDING

say '9: after a look at it, the backup goes'
k delete pod/postgres-backup pvc/postgres-backup
