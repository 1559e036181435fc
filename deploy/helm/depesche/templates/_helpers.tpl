{{- define "depesche.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "depesche.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "depesche.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "depesche.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "depesche.selector" -}}
app.kubernetes.io/name: {{ include "depesche.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "depesche.labels" -}}
{{ include "depesche.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* depesche.toml: the values, with what only the chart knows. */}}
{{- define "depesche.config" -}}
{{- $own := dict "admin" (dict "listen" "0.0.0.0:9464") -}}
{{- if .Values.feedList -}}
{{- $_ := set $own "feeds" (dict "files" (list "/config/feeds.toml")) -}}
{{- end -}}
{{- /* Numbers of values are floating; TOML must see 3, not 3.0. */ -}}
{{- mustMergeOverwrite (deepCopy .Values.config) $own | toJson | fromJson | toToml -}}
{{- end -}}
