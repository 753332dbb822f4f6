{{- define "gateway.claim" }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .claim.name }}
  namespace: {{ .namespace }}
  labels:
    app.kubernetes.io/name: triton-edge-gateway
spec:
  accessModes: [ReadWriteMany]
  {{- with .claim.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .claim.size }}
{{- end }}
