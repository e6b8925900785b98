{{- define "live-agent.labels" -}}
app: {{ .app }}
chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
release: {{ .root.Release.Name }}
heritage: {{ .root.Release.Service }}
{{- with .role }}
role: {{ . }}
{{- end }}
{{- end }}

{{- /*
What Services and controllers select by. In: root, app and perhaps role.
*/}}
{{- define "live-agent.selector" -}}
app: {{ .app }}
release: {{ .root.Release.Name }}
{{- with .role }}
role: {{ . }}
{{- end }}
{{- end }}

{{- define "live-agent.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "live-agent.databaseHost" -}}
{{- if .Values.postgresql.enabled }}{{ .Release.Name }}-postgresql{{ else }}{{ required "postgresql.postgresqlHost: where the database is" .Values.postgresql.postgresqlHost }}{{ end }}
{{- end }}

{{- define "live-agent.databasePort" -}}
{{- if .Values.postgresql.enabled }}5432{{ else }}{{ .Values.postgresql.postgresqlPort }}{{ end }}
{{- end }}

{{- define "live-agent.databasePassword" -}}
secretKeyRef:
  name: {{ .Values.postgresql.existingSecret | default (printf "%s-postgresql" .Release.Name) }}
  key: {{ empty .Values.postgresql.existingSecret | ternary "postgresql-password" .Values.postgresql.existingPasswordSecretKey }}
{{- end }}

{{- /*
What a pod of the product needs to know. In: root, role.
*/}}
{{- define "live-agent.env" -}}
- { name: ROLE, value: {{ .role }} }
- { name: NODE_OPTIONS, value: --max-old-space-size=96 }
- { name: DATABASE_ADDRESS, value: "{{ include "live-agent.databaseHost" .root }}:{{ include "live-agent.databasePort" .root }}" }
- { name: DATABASE, value: {{ .root.Values.postgresql.postgresqlDatabase }} }
- { name: DATABASE_USER, value: {{ .root.Values.postgresql.postgresqlUsername }} }
- name: DATABASE_PASSWORD
  valueFrom: {{- include "live-agent.databasePassword" .root | nindent 4 }}
- { name: REDIS_ADDRESS, value: "{{ .root.Release.Name }}-redis-master:6379" }
- name: REDIS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .root.Release.Name }}-redis, key: redis-password } }
{{- end }}

{{- /*
What a value of the user says, else what a secret of this namespace holds under a key, or else a new one. In: root, name, key, value.
*/}}
{{- define "live-agent.keptPassword" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- if .value -}}
{{ .value | toString | b64enc }}
{{- else if and $found (hasKey ($found.data | default dict) .key) -}}
{{ index $found.data .key }}
{{- else -}}
{{ randAlphaNum 20 | b64enc }}
{{- end -}}
{{- end }}

{{- define "live-agent.files" -}}
- name: files
  persistentVolumeClaim: { claimName: {{ .Release.Name }}-efs }
{{- end }}
