{{- /*
Where the service finds its database.
*/}}
{{- define "sso.databaseEnv" -}}
- { name: DATABASE_ADDRESS, value: "{{ .Release.Name }}-postgresql:5432" }
- { name: DATABASE, value: {{ .Values.postgresql.auth.database }} }
- { name: DATABASE_USER, value: {{ .Values.postgresql.auth.username }} }
- { name: DATABASE_PASSWORD, valueFrom: { secretKeyRef: { name: {{ .Release.Name }}-postgresql, key: password } } }
{{- end }}
