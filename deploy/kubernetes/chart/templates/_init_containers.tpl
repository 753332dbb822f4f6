{{- define "gateway.exportContainer" -}}
- name: model
  {{- include "gateway.image" .Values.image | nindent 2 }}
  command: [/tini, --, deploy/model/prepare.sh]
  env:
    - { name: MODELS, value: {{ .Values.models }} }
  resources:
    requests: { cpu: 100m, memory: 128Mi }
    limits: { cpu: "1", memory: 1Gi }
  securityContext:
    {{- include "gateway.hardened" . | nindent 4 }}
  volumeMounts:
    - { name: models, mountPath: /app/model_repository }
    - { name: tmp, mountPath: /tmp, subPath: model }
{{- end }}

{{- define "gateway.tritonContainers" -}}
- name: model
  {{- include "gateway.image" .Values.image | nindent 2 }}
  command:
    - /tini
    - --
    - sh
    - -c
    - |
      until models=$(sh deploy/model/served_models.sh model_repository "$MODELS"); do sleep 5; done
      for model in $models; do
        until [ -f "model_repository/${model%%:*}/.exported" ]; do
          echo "waiting for the Job model to export $model"
          sleep 5
        done
      done
  env:
    - { name: MODELS, value: {{ quote .Values.models }} }
  resources:
    requests: { cpu: 10m, memory: 16Mi }
    limits: { memory: 64Mi }
  securityContext:
    {{- include "gateway.hardened" . | nindent 4 }}
  volumeMounts:
    - { name: models, mountPath: /app/model_repository, readOnly: true }
- name: triton
  restartPolicy: Always
  {{- include "gateway.image" .Values.triton.image | nindent 2 }}
  args: [--http-address=127.0.0.1, --grpc-address=127.0.0.1]
  {{- $settings := include "gateway.settings" . | fromJson }}
  env:
    - { name: MODELS, value: {{ quote .Values.models }} }
    - { name: TRITON_INFLIGHT, value: {{ default "256" $settings.GATEWAY_SLOTS | quote }} }
    - { name: REQUEST_TIMEOUT_MS, value: {{ default "10000" $settings.GATEWAY_REQUEST_TIMEOUT_MS | quote }} }
    - { name: STOP_SECONDS, value: {{ quote .Values.triton.stopSeconds }} }
  ports:
    - { name: triton-metrics, containerPort: 8002 }
  resources:
    requests: {{ toJson .Values.triton.resources.requests }}
    limits: {{ merge (dict .Values.gpu.resourceName "1") .Values.triton.resources.limits | toJson }}
  startupProbe:
    {{- include "gateway.ask" "ready" | nindent 4 }}
    periodSeconds: {{ ternary 10 5 .Values.triton.tensorrt }}
    timeoutSeconds: 5
    failureThreshold: {{ ternary 180 60 .Values.triton.tensorrt }}
  livenessProbe:
    {{- include "gateway.ask" "live" | nindent 4 }}
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 3
  securityContext:
    {{- include "gateway.hardened" . | nindent 4 }}
  volumeMounts:
    - { name: models, mountPath: /models, readOnly: true }
    - { name: cache, mountPath: /cache }
    - { name: shm, mountPath: /dev/shm }
    - { name: triton-tmp, mountPath: /tmp }
{{- end }}
