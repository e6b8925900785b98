{{- define "postgresql-ha.fullname" -}}
{{ .Release.Name }}-{{ .Chart.Name }}
{{- end }}

{{- define "postgresql-ha.member" -}}
{{ include "postgresql-ha.fullname" . }}-postgresql
{{- end }}

{{- define "postgresql-ha.pooler" -}}
{{ include "postgresql-ha.fullname" . }}-pgpool
{{- end }}

{{- define "postgresql-ha.membersDomain" -}}
{{ include "postgresql-ha.member" . }}-headless.{{ .Release.Namespace }}.svc.cluster.local
{{- end }}

{{- /*
Who may be a member: three at least, so that members that come later change no pod of those that are there.
*/}}
{{- define "postgresql-ha.peers" -}}
{{- range $index := until (max 3 (int .Values.postgresql.replicaCount) | int) }}{{ if $index }} {{ end }}{{ include "postgresql-ha.member" $ }}-{{ $index }}{{ end -}}
{{- end }}

{{- /*
What Services and controllers select by. In: root, component.
*/}}
{{- define "postgresql-ha.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "postgresql-ha.labels" -}}
{{ include "postgresql-ha.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /*
What members and pooler need to know. Their scripts' names for it are those of the chart postgres-repmgr.
*/}}
{{- define "postgresql-ha.env" -}}
- { name: PEERS, value: {{ include "postgresql-ha.peers" . | quote }} }
- { name: MEMBERS_DOMAIN, value: {{ include "postgresql-ha.membersDomain" . }} }
- { name: LOGIN_USER, value: {{ .Values.postgresql.username }} }
- { name: LOGIN_DATABASE, value: {{ .Values.postgresql.database }} }
- { name: LOGIN_PASSWORD, valueFrom: { secretKeyRef: { name: {{ include "postgresql-ha.member" . }}, key: password } } }
- { name: POOLER_PASSWORD, valueFrom: { secretKeyRef: { name: {{ include "postgresql-ha.pooler" . }}, key: admin-password } } }
{{- end }}

{{- /*
What a value of the user says, else what a secret of this namespace holds under a key, or else a new one. In: root, name, key, value.
*/}}
{{- define "postgresql-ha.keptPassword" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- if .value -}}
{{ .value | toString | b64enc }}
{{- else if and $found (hasKey ($found.data | default dict) .key) -}}
{{ index $found.data .key }}
{{- else -}}
{{ randAlphaNum 20 | b64enc }}
{{- end -}}
{{- end }}
