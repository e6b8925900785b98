{{- define "sso.migration" -}}
{{- $members := printf "%s-postgresql-ha-postgresql" .Release.Name -}}
kind: PostgresToHA
metadata:
  name: {{ .Release.Name }}-ha
source:
  statefulSet: {{ .Release.Name }}-postgresql
  password: { secretRef: { name: {{ .Release.Name }}-postgresql, key: postgres-password } }
target:
  primary: statefulset/{{ $members }}
  password: { secretRef: { name: {{ $members }}, key: postgres-password } }
  pooler:
    service: service/{{ .Release.Name }}-postgresql-ha-pgpool
    user: {{ index .Values "postgresql-ha" "postgresql" "username" }}
    password: { secretRef: { name: {{ $members }}, key: password } }
quiesce: [statefulset/{{ .Release.Name }}-keycloak]
databases:
  - { engine: postgresql, name: {{ index .Values "postgresql-ha" "postgresql" "database" }} }
progressConfigMap: {{ .Release.Name }}-db-upgrade
onFailure: { wait: 12h, then: wait }
finalize: { notBefore: 3d }
{{- end }}
