{{- define "gateway.selector" -}}
app.kubernetes.io/name: triton-edge-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gateway.metadata" -}}
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "gateway.selector" . | nindent 2 }}
{{- end }}

{{- define "gateway.image" -}}
image: {{ printf "%s:%s" .repository .tag }}
imagePullPolicy: {{ .pullPolicy }}
{{- end }}

{{- define "gateway.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "gateway.hardened" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end }}

{{- define "gateway.ask" -}}
exec:
  command: [curl, -fsS, -o, /dev/null, --noproxy, "*", --max-time, "4", {{ printf "http://127.0.0.1:8000/v2/health/%s" . | quote }}]
{{- end }}

{{- /* What is set, with what the engine decides; as JSON, since a template returns text. */}}
{{- define "gateway.settings" -}}
{{- $engine := dict "GATEWAY_ENGINE" .Values.engine "GATEWAY_MODELS" .Values.models }}
{{- if eq .Values.engine "triton" }}{{ $_ := set $engine "GATEWAY_TRITON_URL" "http://127.0.0.1:8001" }}{{ end }}
{{- if .Values.route.enabled }}{{ $_ := set $engine "GATEWAY_CLIENT_ADDRESS_HEADER" "X-Forwarded-For" }}{{ end }}
{{- merge (deepCopy .Values.settings) $engine | toJson }}
{{- end }}

{{- define "gateway.graceSeconds" -}}
{{- $settings := include "gateway.settings" . | fromJson }}
{{- $drainMs := add (int $settings.GATEWAY_DRAIN_DELAY_MS) (int $settings.GATEWAY_DRAIN_TIMEOUT_MS) }}
{{- $triton := ternary (int .Values.triton.stopSeconds) 0 (eq .Values.engine "triton") }}
{{- add (div (add $drainMs 999) 1000) $triton 10 }}
{{- end }}
