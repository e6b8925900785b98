{{- /*
Where the service finds its database: the pooler, which leads to whoever is primary.
*/}}
{{- define "sso.databaseEnv" -}}
{{- $database := (index .Values "postgresql-ha").postgresql -}}
- { name: DATABASE_ADDRESS, value: "{{ .Release.Name }}-postgresql-ha-pgpool:5432" }
- { name: DATABASE, value: {{ $database.database }} }
- { name: DATABASE_USER, value: {{ $database.username }} }
- { name: DATABASE_PASSWORD, valueFrom: { secretKeyRef: { name: {{ .Release.Name }}-postgresql-ha-postgresql, key: password } } }
{{- end }}
