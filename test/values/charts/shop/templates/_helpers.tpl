{{- define "shop.name" -}}{{ .Values.name | default .Chart.Name | trunc 20 | lower }}{{- end -}}
