{{- define "sso.labels" -}}
{{ include "sso.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /*
What Services and controllers select by. In: root, name.
*/}}
{{- define "sso.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- /*
What a value of the user says, else what a secret of this namespace holds under a key, or else a new one. In: root, name, key, value.
*/}}
{{- define "sso.keptPassword" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- if .value -}}
{{ .value | toString | b64enc }}
{{- else if and $found (hasKey ($found.data | default dict) .key) -}}
{{ index $found.data .key }}
{{- else -}}
{{ randAlphaNum 20 | b64enc }}
{{- end -}}
{{- end }}
