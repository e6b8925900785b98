{{- define "live-agent.labels" -}}
{{ include "live-agent.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /*
What Services and controllers select by. In: root, name and perhaps component.
*/}}
{{- define "live-agent.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "live-agent.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "live-agent.databaseHost" -}}
{{- if .Values.postgresql.enabled }}{{ .Release.Name }}-postgresql{{ else }}{{ required "postgresql.host: where the database is" .Values.postgresql.host }}{{ end }}
{{- end }}

{{- define "live-agent.databasePort" -}}
{{- if .Values.postgresql.enabled }}5432{{ else }}{{ .Values.postgresql.port }}{{ end }}
{{- end }}

{{- define "live-agent.databaseSecret" -}}
{{ .Values.postgresql.auth.existingSecret | default (printf "%s-postgresql" .Release.Name) }}
{{- end }}

{{- define "live-agent.adminPassword" -}}
secretKeyRef:
  name: {{ include "live-agent.databaseSecret" . }}
  key: {{ empty .Values.postgresql.auth.existingSecret | ternary "postgres-password" .Values.postgresql.auth.secretKeys.adminPasswordKey }}
{{- end }}

{{- /*
Of the user that the product logs in as: the administrator, unless auth.username names another.
*/}}
{{- define "live-agent.databasePassword" -}}
{{- if eq .Values.postgresql.auth.username "postgres" }}
{{- include "live-agent.adminPassword" . }}
{{- else -}}
secretKeyRef:
  name: {{ include "live-agent.databaseSecret" . }}
  key: {{ empty .Values.postgresql.auth.existingSecret | ternary "password" .Values.postgresql.auth.secretKeys.userPasswordKey }}
{{- end }}
{{- end }}

{{- /*
What a pod of the product needs to know. In: root, role.
*/}}
{{- define "live-agent.env" -}}
- { name: ROLE, value: {{ .role }} }
- { name: NODE_OPTIONS, value: --max-old-space-size=96 }
- { name: DATABASE_ADDRESS, value: "{{ include "live-agent.databaseHost" .root }}:{{ include "live-agent.databasePort" .root }}" }
- { name: DATABASE, value: {{ .root.Values.postgresql.auth.database }} }
- { name: DATABASE_USER, value: {{ .root.Values.postgresql.auth.username }} }
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
