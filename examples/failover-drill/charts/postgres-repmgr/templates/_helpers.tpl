{{- define "repmgr.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /*
What Services and controllers select by. In: root, component.
*/}}
{{- define "repmgr.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "repmgr.memberNames" -}}
{{- range $index := until (int .Values.members) }}{{ if $index }} {{ end }}pg-{{ $index }}{{ end -}}
{{- end }}

{{- define "repmgr.membersDomain" -}}
pg-members.{{ .Release.Namespace }}.svc.cluster.local
{{- end }}

{{- define "repmgr.loginSecret" -}}
{{ .Values.login.existingSecret | default "drill-login" }}
{{- end }}

{{- define "repmgr.tolerations" -}}
{{- range list "node.kubernetes.io/unreachable" "node.kubernetes.io/not-ready" }}
- { key: {{ . }}, operator: Exists, effect: NoExecute, tolerationSeconds: {{ $.Values.tolerationSeconds }} }
{{- end }}
{{- end }}

{{- /*
The value a secret of this namespace holds under a key, or else a new one.
*/}}
{{- define "repmgr.keptPassword" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- if and $found (hasKey ($found.data | default dict) .key) -}}
{{ index $found.data .key }}
{{- else -}}
{{ randAlphaNum 24 | b64enc }}
{{- end -}}
{{- end }}

{{- define "repmgr.loginEnv" -}}
{{- range $variable, $key := dict "LOGIN_USER" "user" "LOGIN_PASSWORD" "password" "LOGIN_DATABASE" "database" }}
- { name: {{ $variable }}, valueFrom: { secretKeyRef: { name: {{ include "repmgr.loginSecret" $ }}, key: {{ $key }} } } }
{{- end }}
{{- end }}
