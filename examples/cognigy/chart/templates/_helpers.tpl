{{- define "cognigy.labels" -}}
app.kubernetes.io/part-of: cognigy-ai
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "cognigy.podLabels" -}}
app: {{ .app }}
app.kubernetes.io/part-of: cognigy-ai
{{- end }}

{{- define "cognigy.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "cognigy.smallResources" -}}
requests: { cpu: 10m, memory: 48Mi }
limits: { memory: 256Mi }
{{- end }}

{{- define "cognigy.redisResources" -}}
requests: { cpu: 10m, memory: 16Mi }
limits: { memory: 128Mi }
{{- end }}

{{- /*
The value a secret of this namespace holds under a key, or else a new one. In: root, name, key, new.
*/}}
{{- define "cognigy.keptValue" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .name -}}
{{- if and $found (hasKey ($found.data | default dict) .key) -}}
{{ index $found.data .key }}
{{- else -}}
{{ .new | b64enc }}
{{- end -}}
{{- end }}
