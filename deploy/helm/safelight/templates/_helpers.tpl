{{- define "safelight.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* The services: how they are called in the values and everywhere else, what they may write, which queues they work at. */ -}}
{{- define "safelight.workers" -}}
metadataWorker:
  name: metadata-worker
  writes: []
  queues: [metadataExtraction, sidecar, library, storageTemplateMigration, migration, backgroundTask, notifications, backupDatabase, integrityCheck]
thumbnailWorker:
  name: thumbnail-worker
  writes: [thumbs, profile]
  queues: [thumbnailGeneration, editor]
transcodeWorker:
  name: transcode-worker
  writes: [encoded-video]
  queues: [videoConversion]
{{- end -}}

{{- /* Called with (dict "root" $ "component" name). */ -}}
{{- define "safelight.selector" -}}
app.kubernetes.io/name: safelight
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "safelight.labels" -}}
{{ include "safelight.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "safelight.image" -}}
{{ .root.Values.image.repository }}/{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{- define "safelight.databaseSecret" -}}
{{ .Values.database.existingSecret | default (printf "%s-database" (include "safelight.name" .)) }}
{{- end -}}

{{- define "safelight.workerSecret" -}}
{{ .Values.database.worker.existingSecret | default (printf "%s-worker" (include "safelight.name" .)) }}
{{- end -}}

{{- define "safelight.hasWorkers" -}}
{{- if or .Values.metadataWorker.enabled .Values.thumbnailWorker.enabled .Values.transcodeWorker.enabled -}}true{{- end -}}
{{- end -}}

{{- define "safelight.redisSecret" -}}
{{ .Values.redis.existingSecret | default (printf "%s-redis" (include "safelight.name" .)) }}
{{- end -}}

{{- define "safelight.claim" -}}
{{ .Values.media.existingClaim | default (printf "%s-media" (include "safelight.name" .)) }}
{{- end -}}

{{- define "safelight.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* How to reach Postgres. Called with (dict "root" $ "username" role "secret" name "key" in-it). */ -}}
{{- define "safelight.databaseEnv" -}}
{{- $db := .root.Values.database -}}
- name: DB_HOSTNAME
  value: {{ required "database.host: the host of Postgres" $db.host | quote }}
- name: DB_PORT
  value: {{ $db.port | quote }}
- name: DB_USERNAME
  value: {{ .username | quote }}
- name: DB_DATABASE_NAME
  value: {{ $db.name | quote }}
- name: DB_SSL_MODE
  value: {{ $db.sslMode | quote }}
- name: DB_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- if $db.caSecret }}
- name: DB_SSL_ROOT_CERT
  value: /etc/safelight/database-ca/{{ $db.caKey }}
{{- end }}
{{- end -}}

{{- define "safelight.redisEnv" -}}
{{- $redis := .Values.redis -}}
{{- if $redis.urlSecret -}}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ $redis.urlSecret }}
      key: {{ $redis.urlKey }}
{{- else -}}
- name: REDIS_HOSTNAME
  value: {{ required "redis.host: the host of Redis or Valkey" $redis.host | quote }}
- name: REDIS_PORT
  value: {{ $redis.port | quote }}
- name: REDIS_DBINDEX
  value: {{ $redis.index | quote }}
{{- with $redis.username }}
- name: REDIS_USERNAME
  value: {{ . | quote }}
{{- end }}
{{- if or $redis.existingSecret $redis.password }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "safelight.redisSecret" . }}
      key: {{ $redis.passwordKey }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The folder `folder` of the media claim as a mount. Called with (dict "root" $ "folder" name-or-empty "readOnly" bool). */ -}}
{{- define "safelight.mediaMount" -}}
{{- $path := list .root.Values.media.subPath .folder | compact | join "/" -}}
- name: media
  mountPath: {{ list "/data" .folder | compact | join "/" }}
  {{- with $path }}
  subPath: {{ . }}
  {{- end }}
  {{- if .readOnly }}
  readOnly: true
  {{- end }}
{{- end -}}

{{- /* The volume of the file of settings, or nothing. Called with (dict "root" $ "isGateway" bool). */ -}}
{{- define "safelight.settingsVolume" -}}
{{- $settings := .root.Values.settings -}}
{{- $own := printf "%s-settings" (include "safelight.name" .root) -}}
{{- if $settings.document -}}
{{- if .isGateway -}}
secret: { secretName: {{ $own }} }
{{- else -}}
configMap: { name: {{ $own }} }
{{- end -}}
{{- else if and .isGateway $settings.existingSecret -}}
secret: { secretName: {{ $settings.existingSecret }} }
{{- else if or $settings.existingConfigMap $settings.existingSecret -}}
configMap: { name: {{ required "settings.existingConfigMap: the settings without passwords, for the workers" $settings.existingConfigMap }} }
{{- end -}}
{{- end -}}

{{- define "safelight.resourceOfGpu" -}}
{{- $names := dict "nvidia" "nvidia.com/gpu" "intel" "gpu.intel.com/i915" "amd" "amd.com/gpu" -}}
{{ .resource | default (get $names .type) }}
{{- end -}}

{{- /* A Deployment. Called with (dict "root" $ "values" of the service "component" name "writes" folders "scaled" bool). */ -}}
{{- define "safelight.deployment" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $gpu := dict "type" "none" | merge (dict) (.values.gpu | default dict) -}}
{{- $hasGpu := ne $gpu.type "none" -}}
{{- $isGateway := eq .component "api-gateway" -}}
{{- $split := and .writes $root.Values.media.readOnlyOriginals -}}
{{- $settings := include "safelight.settingsVolume" (dict "root" $root "isGateway" $isGateway) -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "safelight.name" $root }}-{{ .component }}
  labels: {{- include "safelight.labels" . | nindent 4 }}
spec:
  {{- if not .scaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate:
      # A card is not free before the old pod has gone.
      maxSurge: {{ if $hasGpu }}0{{ else }}1{{ end }}
      maxUnavailable: {{ if $hasGpu }}1{{ else }}0{{ end }}
  selector:
    matchLabels: {{- include "safelight.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "safelight.labels" . | nindent 8 }}
        {{- with $root.Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $root.Values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      automountServiceAccountToken: false
      # The addresses of services as variables: one of a service called redis would be REDIS_PORT=tcp://...
      enableServiceLinks: false
      {{- with $root.Values.serviceAccountName }}
      serviceAccountName: {{ . }}
      {{- end }}
      {{- with $root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with $gpu.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      securityContext:
        {{- toYaml $root.Values.podSecurityContext | nindent 8 }}
        {{- with $gpu.supplementalGroups }}
        supplementalGroups: {{- toJson . | nindent 10 }}
        {{- end }}
      {{- if $split }}
      initContainers:
        # The gateway makes and marks the folders the first time; single folders can be mounted from then on.
        - name: wait-for-media
          image: {{ include "safelight.image" (dict "root" $root "image" $values.image) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          command:
            - sh
            - -ec
            - |
              for folder in upload library thumbs encoded-video profile backups; do
                  until [ -e "/data/$folder/.safelight" ]; do
                      echo "waiting for the gateway to make /data/$folder"
                      sleep 2
                  done
              done
          securityContext: {{- include "safelight.containerSecurityContext" $root | nindent 12 }}
          resources:
            requests: { cpu: 10m, memory: 16Mi }
            limits: { memory: 64Mi }
          volumeMounts:
            {{- include "safelight.mediaMount" (dict "root" $root "folder" "" "readOnly" true) | nindent 12 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "safelight.image" (dict "root" $root "image" $values.image) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          env:
            {{- $db := $root.Values.database }}
            {{- if $isGateway }}
            {{- include "safelight.databaseEnv" (dict "root" $root "username" $db.username "secret" (include "safelight.databaseSecret" $root) "key" $db.passwordKey) | nindent 12 }}
            {{- else }}
            {{- include "safelight.databaseEnv" (dict "root" $root "username" $db.worker.username "secret" (include "safelight.workerSecret" $root) "key" $db.worker.passwordKey) | nindent 12 }}
            {{- end }}
            {{- include "safelight.redisEnv" $root | nindent 12 }}
            - name: IMMICH_MEDIA_LOCATION
              value: /data
            {{- if $settings }}
            - name: IMMICH_CONFIG_FILE
              value: /etc/safelight/settings/{{ ternary "settings.json" $root.Values.settings.key (not (empty $root.Values.settings.document)) }}
            {{- end }}
            - name: SAFELIGHT_METRICS_ADDR
              value: 0.0.0.0:9090
            # The machine's name, not the pod's: that is what can be told to be quiet, and what loses its power.
            - name: SAFELIGHT_NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
            {{- if $isGateway }}
            - name: IMMICH_PORT
              value: "2283"
            {{- with $values.trustedProxies }}
            - name: IMMICH_TRUSTED_PROXIES
              value: {{ join "," . | quote }}
            {{- end }}
            {{- else if gt (int $values.terminationGracePeriodSeconds) 60 }}
            - name: SAFELIGHT_STOP_GRACE
              value: {{ printf "%ds" (sub (int $values.terminationGracePeriodSeconds) 30) }}
            {{- end }}
            {{- range $name, $value := merge (dict) $values.env $root.Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          ports:
            {{- if $isGateway }}
            - name: http
              containerPort: 2283
            {{- end }}
            - name: health
              containerPort: 9090
          # It answers once the schema is ready and the media folder is found.
          startupProbe:
            httpGet: { path: /livez, port: health }
            periodSeconds: 5
            failureThreshold: 120
          livenessProbe:
            httpGet: { path: /livez, port: health }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: health }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 3
          {{- if $isGateway }}
          lifecycle:
            preStop:
              exec:
                # Balancers hear a moment later that this pod is going.
                command: [sleep, "5"]
          {{- end }}
          securityContext: {{- include "safelight.containerSecurityContext" $root | nindent 12 }}
          {{- $resources := deepCopy $values.resources }}
          {{- if $hasGpu }}
          {{- $limits := $resources.limits | default dict }}
          {{- $_ := set $limits (include "safelight.resourceOfGpu" $gpu) (int $gpu.count) }}
          {{- $_ := set $resources "limits" $limits }}
          {{- end }}
          resources: {{- toYaml $resources | nindent 12 }}
          volumeMounts:
            {{- include "safelight.mediaMount" (dict "root" $root "folder" "" "readOnly" $split) | nindent 12 }}
            {{- if $split }}
            {{- range .writes }}
            {{- include "safelight.mediaMount" (dict "root" $root "folder" . "readOnly" false) | nindent 12 }}
            {{- end }}
            {{- end }}
            - name: tmp
              mountPath: /tmp
            {{- if $root.Values.database.caSecret }}
            - name: database-ca
              mountPath: /etc/safelight/database-ca
              readOnly: true
            {{- end }}
            {{- if $settings }}
            - name: settings
              mountPath: /etc/safelight/settings
              readOnly: true
            {{- end }}
            {{- with $root.Values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: media
          persistentVolumeClaim:
            claimName: {{ include "safelight.claim" $root }}
        - name: tmp
          emptyDir:
            sizeLimit: 1Gi
        {{- if $root.Values.database.caSecret }}
        - name: database-ca
          secret:
            secretName: {{ $root.Values.database.caSecret }}
        {{- end }}
        {{- if $settings }}
        - name: settings
          {{- $settings | nindent 10 }}
        {{- end }}
        {{- with $root.Values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.topologySpreadConstraints }}
      topologySpreadConstraints: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}

{{- /* At most one pod of a service may be evicted at a time. */ -}}
{{- define "safelight.podDisruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "safelight.name" .root }}-{{ .component }}
  labels: {{- include "safelight.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "safelight.selector" . | nindent 6 }}
{{- end -}}
