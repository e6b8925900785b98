{{- /*
The hooks of a chart that migrates itself. In: root, and migration: a spec with upgrade: hooks, whose apiVersion, source.namespace, source.release, target.chart and target.version
are the release's own.
*/}}
{{- define "rehelm-hooks.jobs" -}}
{{- $settings := .root.Values.rehelm | default dict }}
{{- if $settings.enabled }}
{{- range $moment := list "pre-upgrade" "post-upgrade" }}
{{ include "rehelm-hooks.job" (dict "root" $.root "migration" $.migration "moment" $moment "settings" $settings) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "rehelm-hooks.marks" -}}
labels:
  app.kubernetes.io/name: rehelm-hook
  app.kubernetes.io/instance: {{ .root.Release.Name }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
annotations:
  helm.sh/hook: {{ .moment }}
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "rehelm-hooks.job" -}}
{{- $release := .root.Release.Name }}
{{- if gt (len $release) 37 }}{{ $release = printf "%s-%s" ($release | trunc 28 | trimSuffix "-") ($release | sha256sum | trunc 8) }}{{ end }}
{{- $name := printf "%s-rehelm-%s" $release .moment }}
{{- $own := dict "apiVersion" "rehelm.dev/v1alpha1" "upgrade" "hooks" "approval" "none" }}
{{- $own = mergeOverwrite $own (dict "source" (dict "namespace" .root.Release.Namespace "release" .root.Release.Name)) }}
{{- $own = mergeOverwrite $own (dict "target" (dict "chart" .root.Chart.Name "version" .root.Chart.Version)) }}
{{- $settings := .settings }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "rehelm-hooks.marks" (merge (dict "weight" -10) .) | nindent 2 }}
data:
  spec.yaml: | {{- mergeOverwrite (deepCopy .migration) $own | toYaml | nindent 4 }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "rehelm-hooks.marks" (merge (dict "weight" -10) .) | nindent 2 }}
automountServiceAccountToken: false
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  {{- include "rehelm-hooks.marks" (merge (dict "weight" 0) .) | nindent 2 }}
spec:
  # one that was killed is followed by another; one that says why helm must not go on is not
  backoffLimit: 5
  podFailurePolicy:
    rules:
      - action: FailJob
        onExitCodes: { containerName: rehelm, operator: In, values: [1, 2, 3] }
  template:
    metadata:
      labels:
        app.kubernetes.io/name: rehelm-hook
        app.kubernetes.io/instance: {{ .root.Release.Name }}
    spec:
      restartPolicy: Never
      serviceAccountName: {{ $name }}
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: {{ $settings.runAsUser | default 65532 }}, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: rehelm
          image: {{ required "rehelm.image: the image whose command is rehelm" $settings.image }}
          args: [hook, {{ .moment }}, --file, /spec/spec.yaml]
          env:
            {{- if $settings.server }}
            - { name: REHELM_SERVER, value: {{ $settings.server | quote }} }
            {{- else }}
            - { name: TEMPORAL_ADDRESS, value: {{ required "rehelm.server or rehelm.temporal.address: where runs are started" ($settings.temporal | default dict).address | quote }} }
            {{- with $settings.temporal.namespace }}
            - { name: TEMPORAL_NAMESPACE, value: {{ . | quote }} }
            {{- end }}
            {{- end }}
            {{- with $settings.tokenSecret }}
            - { name: REHELM_TOKEN, valueFrom: { secretKeyRef: { name: {{ .name }}, key: {{ .key | default "token" }} } } }
            {{- end }}
            {{- with $settings.caSecret }}
            - { name: NODE_EXTRA_CA_CERTS, value: /ca/{{ .key }} }
            {{- end }}
            - { name: REHELM_BY, value: {{ printf "helm upgrade %s, revision %d" .root.Release.Name (int .root.Release.Revision) | quote }} }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          resources:
            requests: { cpu: 10m, memory: 96Mi }
            limits: { memory: 256Mi }
          volumeMounts:
            - { name: spec, mountPath: /spec, readOnly: true }
            {{- if $settings.caSecret }}
            - { name: ca, mountPath: /ca, readOnly: true }
            {{- end }}
      volumes:
        - name: spec
          configMap: { name: {{ $name }} }
        {{- with $settings.caSecret }}
        - name: ca
          secret: { secretName: {{ .name }} }
        {{- end }}
{{- end }}
