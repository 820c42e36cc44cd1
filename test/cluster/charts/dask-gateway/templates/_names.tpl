{{- define "name" -}}
{{ contains "dask-gateway" .Release.Name | ternary .Release.Name (printf "%s-dask-gateway" .Release.Name) }}
{{- end }}

{{- define "labels" -}}
{{ include "selected" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
gateway.dask.org/instance: {{ include "name" .root }}
{{- end }}

{{- define "selected" -}}
app.kubernetes.io/name: dask-gateway
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "placed" }}
{{- with .nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- end }}

{{- /* An account with rights in all namespaces, as the real chart has it. */ -}}
{{- define "account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  labels: {{- include "labels" . | nindent 4 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .name }}
  labels: {{- include "labels" . | nindent 4 }}
rules:
  {{- range .rules }}
  - {{ dict "apiGroups" (list .group) "resources" .resources "verbs" .verbs | toJson }}
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .name }}
  labels: {{- include "labels" . | nindent 4 }}
subjects: [{kind: ServiceAccount, name: {{ .name }}, namespace: {{ .root.Release.Namespace }}}]
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ .name }}}
{{- end }}
