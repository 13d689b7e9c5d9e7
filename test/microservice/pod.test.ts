import { Duration, Size } from 'cdk8s';
import {
  ConfigMap,
  Cpu,
  Env,
  EnvValue,
  PersistentVolumeClaim,
  Secret,
  type SecretValue,
  ServiceAccount,
} from 'cdk8s-plus-28';
import {
  CrunEngine,
  Files,
  ImageFormat,
  Probe,
  Taint,
  WasmCronJob,
  WasmJob,
  WasmMicroservice,
  WasmNodePool,
  WasmPayload,
  WasmRuntime,
} from '../../lib';
import {
  all,
  DIGEST,
  findingsOf,
  guestOf,
  httpImage,
  imageOf,
  moduleImage,
  only,
  platform,
  podOf,
} from '../support/programs';

const MIB = 1024 * 1024;
const proxy = { name: 'proxy', image: `envoyproxy/envoy@${DIGEST}` };

test('every container of a runwasi pod drops all capabilities and names one, or it would keep them all', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), sidecars: [proxy] });
  const { containers, initContainers } = podOf(only(chart, 'Deployment'));
  for (const container of [...containers, ...initContainers]) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
      readOnlyRootFilesystem: true,
    });
  }
});

test('under crun nothing needs to be named', () => {
  const { chart, pool } = platform({ runtime: WasmRuntime.crun(CrunEngine.WASMEDGE) });
  new WasmJob(chart, 'restock', { pool, image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }) });
  expect(guestOf(only(chart, 'Job')).securityContext.capabilities).toEqual({ drop: ['ALL'] });
});

test('a pod fits the restricted Pod Security Standard and hands out no token', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const { containers, topologySpreadConstraints, ...pod } = podOf(only(chart, 'Deployment'));
  expect(pod).toEqual({
    runtimeClassName: 'wasmtime-edge',
    serviceAccountName: 'cart',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  });
  expect(only(chart, 'ServiceAccount').automountServiceAccountToken).toBe(false);
  expect(containers).toHaveLength(1);
  expect(topologySpreadConstraints).toHaveLength(2);
});

test('an artifact gets the command it does not carry, a root filesystem keeps its own', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'artifact', { pool, image: httpImage() });
  new WasmMicroservice(chart, 'image', {
    pool,
    image: imageOf(WasmPayload.HTTP_COMPONENT, { format: ImageFormat.IMAGE }),
  });
  const commands = all(chart, 'Deployment').map((object) => [object.metadata.name, guestOf(object).command]);
  expect(commands).toEqual([
    ['artifact', ['/app.wasm']],
    ['image', undefined],
  ]);
});

test('a Spin application gets its placeholder command, an unprivileged port and a writable root', () => {
  const { chart, pool } = platform({ runtime: WasmRuntime.SPIN });
  new WasmMicroservice(chart, 'cart', { pool, image: imageOf(WasmPayload.SPIN_APP, { format: ImageFormat.SPIN }) });
  const { command, env, ports, securityContext } = guestOf(only(chart, 'Deployment'));
  expect(command).toEqual(['/']);
  expect(env).toEqual([{ name: 'SPIN_HTTP_LISTEN_ADDR', value: '0.0.0.0:8080' }]);
  expect(ports).toEqual([{ name: 'http', containerPort: 8080 }]);
  expect(securityContext.readOnlyRootFilesystem).toBe(false);
});

test('variables, components, memory, stores and certificates of a Spin application', () => {
  const { chart, pool } = platform({ runtime: WasmRuntime.SPIN });
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: imageOf(WasmPayload.SPIN_APP, { format: ImageFormat.SPIN }),
    otlpEndpoint: 'http://collector:4318',
    application: {
      variables: { greeting: EnvValue.fromValue('hello') },
      components: ['api', 'admin'],
      instanceMemory: Size.mebibytes(16),
      runtimeConfig: Secret.fromSecretName(chart, 'config', 'runtime-config'),
      caBundle: Secret.fromSecretName(chart, 'ca', 'ca-bundle'),
    },
  });
  const deployment = only(chart, 'Deployment');
  expect(guestOf(deployment).env.slice(0, 4)).toEqual([
    { name: 'SPIN_VARIABLE_GREETING', value: 'hello' },
    { name: 'SPIN_COMPONENTS_TO_RETAIN', value: 'api,admin' },
    { name: 'SPIN_MAX_INSTANCE_MEMORY', value: '16777216' },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' },
  ]);
  expect(guestOf(deployment).volumeMounts).toEqual([
    { name: 'secret-0', mountPath: '/runtime-config.toml', subPath: 'runtime-config.toml', readOnly: true },
    {
      name: 'secret-1',
      mountPath: '/etc/ssl/certs/ca-certificates.crt',
      subPath: 'ca-certificates.crt',
      readOnly: true,
    },
  ]);
  expect(findingsOf(chart)).toEqual([]);
});

test('crun is told by annotation to take only modules for WebAssembly', () => {
  const { chart, pool } = platform({ runtime: WasmRuntime.crun(CrunEngine.WASMEDGE) });
  const image = imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE });
  new WasmJob(chart, 'restock', { pool, image, podAnnotations: { team: 'shop' } });
  expect(only(chart, 'Job').spec.template.metadata.annotations).toEqual({
    'module.wasm.image/variant': 'compat-smart',
    team: 'shop',
  });
});

test('a port or address of its own is told to the shim as an IP literal', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), port: 9090, bindAddress: '[::]' });
  expect(guestOf(only(chart, 'Deployment')).env).toEqual([
    { name: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR', value: '[::]:9090' },
  ]);
  expect(only(chart, 'Service').spec.ports[0]).toMatchObject({ port: 80, targetPort: 'http' });
});

test('memory follows from size and format: a root filesystem is compiled inside the limit', () => {
  const { chart, pool } = platform();
  const memory = (id: string, format: ImageFormat, sizeBytes: number) => {
    new WasmMicroservice(chart, id, { pool, image: imageOf(WasmPayload.HTTP_COMPONENT, { format, sizeBytes }) });
    return guestOf(all(chart, 'Deployment').find((object) => object.metadata.name === id)).resources;
  };
  expect(memory('js-artifact', ImageFormat.ARTIFACT, 12 * MIB)).toEqual({
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { memory: '128Mi' },
  });
  expect(memory('js-image', ImageFormat.IMAGE, 12 * MIB).limits.memory).toBe('480Mi');
  expect(memory('rust-image', ImageFormat.IMAGE, 100 * 1024).limits.memory).toBe('96Mi');
});

test('resources are what was said', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: httpImage(),
    cpuRequest: Cpu.millis(100),
    cpuLimit: Cpu.units(2),
    memoryLimit: Size.gibibytes(1),
    memoryRequest: Size.mebibytes(200),
  });
  expect(guestOf(only(chart, 'Deployment')).resources).toEqual({
    requests: { cpu: '100m', memory: '200Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  });
});

test('environment comes plain, from ConfigMaps, Secrets, fields and resources, and whole', () => {
  const { chart, pool } = platform();
  const config = new ConfigMap(chart, 'settings', { metadata: { name: 'settings' } });
  const secret = Secret.fromSecretName(chart, 'secret', 'database');
  const value: SecretValue = { secret, key: 'password' };
  new WasmJob(chart, 'restock', {
    pool,
    image: moduleImage('restock'),
    environment: {
      PLAIN: EnvValue.fromValue(''),
      COLOUR: EnvValue.fromConfigMap(config, 'colour', { optional: true }),
      PASSWORD: EnvValue.fromSecretValue(value),
      POD: { value: undefined, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } } as EnvValue,
      MEMORY: {
        value: undefined,
        valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: { value: '1Mi' } } },
      } as EnvValue,
    },
    environmentFrom: [Env.fromConfigMap(config, 'APP_'), Env.fromSecret(secret)],
  });
  const { env, envFrom } = guestOf(only(chart, 'Job'));
  expect(env).toEqual([
    { name: 'PLAIN', value: '' },
    { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour', optional: true } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
  ]);
  expect(envFrom).toEqual([
    { configMapRef: { name: 'settings' }, prefix: 'APP_' },
    { secretRef: { name: 'database' } },
  ]);
});

test('files come from ConfigMaps, Secrets, claims, scratch space and any other volume; one volume a source', () => {
  const { chart, pool } = platform();
  const config = new ConfigMap(chart, 'settings', { metadata: { name: 'settings' } });
  const claim = PersistentVolumeClaim.fromClaimName(chart, 'claim', 'stock');
  new WasmJob(chart, 'restock', {
    pool,
    image: moduleImage('restock'),
    files: [
      Files.fromConfigMap(config, '/etc/app', { items: { levels: 'levels.csv' } }),
      Files.fromSecret(Secret.fromSecretName(chart, 'secret', 'key'), '/etc/key.pem', {
        file: 'key.pem',
        optional: true,
      }),
      Files.scratch('/tmp', { inMemory: true, sizeLimit: Size.mebibytes(16) }),
      Files.fromPersistentVolumeClaim(claim, '/data'),
      Files.fromVolume({ csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true } }, '/mnt'),
      Files.scratch('/cache', { inMemory: true, sizeLimit: Size.mebibytes(16) }),
    ],
  });
  const job = only(chart, 'Job');
  expect(podOf(job).volumes).toEqual([
    { name: 'configmap-0', configMap: { name: 'settings', items: [{ key: 'levels', path: 'levels.csv' }] } },
    { name: 'secret-1', secret: { secretName: 'key', optional: true } },
    { name: 'emptydir-2', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
    { name: 'persistentvolumeclaim-3', persistentVolumeClaim: { claimName: 'stock', readOnly: false } },
    { name: 'csi-4', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true } },
  ]);
  expect(guestOf(job).volumeMounts).toEqual([
    { name: 'configmap-0', mountPath: '/etc/app', readOnly: true },
    { name: 'secret-1', mountPath: '/etc/key.pem', subPath: 'key.pem', readOnly: true },
    { name: 'emptydir-2', mountPath: '/tmp' },
    { name: 'persistentvolumeclaim-3', mountPath: '/data' },
    { name: 'csi-4', mountPath: '/mnt', readOnly: true },
    { name: 'emptydir-2', mountPath: '/cache' },
  ]);
});

test('a sidecar is a native one: it starts before the guest, has its own limits and keeps the pod secure', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: httpImage(),
    sidecars: [
      {
        ...proxy,
        args: ['-c', '/etc/envoy/envoy.yaml'],
        ports: { admin: 9901 },
        startup: Probe.http('/ready'),
        user: 101,
        memory: Size.mebibytes(32),
      },
    ],
  });
  expect(podOf(only(chart, 'Deployment')).initContainers).toEqual([
    {
      name: 'proxy',
      image: proxy.image,
      restartPolicy: 'Always',
      args: ['-c', '/etc/envoy/envoy.yaml'],
      ports: [{ name: 'admin', containerPort: 9901 }],
      startupProbe: { httpGet: { path: '/ready', port: 9901 } },
      resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '32Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
        readOnlyRootFilesystem: true,
        runAsUser: 101,
      },
    },
  ]);
});

test('stopping: the pod goes on serving, then has time to end', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'usual', { pool, image: httpImage() });
  new WasmMicroservice(chart, 'slow', { pool, image: httpImage(), drainDelay: Duration.seconds(20) });
  new WasmMicroservice(chart, 'hasty', { pool, image: httpImage(), drainDelay: Duration.seconds(0) });
  new WasmMicroservice(chart, 'said', { pool, image: httpImage(), gracePeriod: Duration.minutes(1) });
  const stops = all(chart, 'Deployment').map((object) => [
    object.metadata.name,
    guestOf(object).lifecycle?.preStop.sleep.seconds,
    podOf(object).terminationGracePeriodSeconds,
  ]);
  expect(stops).toEqual([
    ['usual', 3, 10],
    ['slow', 20, 27],
    ['hasty', undefined, 7],
    ['said', 3, 60],
  ]);
});

test('a module that ignores SIGTERM is not waited for long', () => {
  const { chart, pool } = platform();
  new WasmJob(chart, 'restock', { pool, image: moduleImage() });
  expect(podOf(only(chart, 'Job')).terminationGracePeriodSeconds).toBe(5);
});

test('pull secrets, priority, selector, labels, annotations and an account of somebody else', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: httpImage(),
    imagePullSecrets: [Secret.fromSecretName(chart, 'pull', 'registry')],
    priorityClassName: 'high',
    nodeSelector: { 'topology.kubernetes.io/zone': 'a' },
    labels: { team: 'shop' },
    annotations: { 'reloader.stakater.com/auto': 'true' },
    podAnnotations: { checksum: '1' },
    serviceAnnotations: { 'service.kubernetes.io/topology-mode': 'auto' },
    serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'account', 'shared'),
    user: 1000,
    group: 2000,
  });
  const deployment = only(chart, 'Deployment');
  expect(podOf(deployment)).toMatchObject({
    serviceAccountName: 'shared',
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'high',
    nodeSelector: { 'topology.kubernetes.io/zone': 'a' },
    securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 2000 },
  });
  expect(deployment.metadata.labels.team).toBe('shop');
  expect(deployment.metadata.annotations).toEqual({ 'reloader.stakater.com/auto': 'true' });
  expect(deployment.spec.template.metadata).toMatchObject({ labels: { team: 'shop' }, annotations: { checksum: '1' } });
  expect(only(chart, 'Service').metadata).toMatchObject({
    labels: { team: 'shop' },
    annotations: { 'service.kubernetes.io/topology-mode': 'auto' },
  });
  expect(all(chart, 'ServiceAccount')).toEqual([]);
});

test('a label cannot take the pods away from their Deployment', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: httpImage(),
    labels: { 'app.kubernetes.io/name': 'other', 'app.kubernetes.io/component': 'api' },
  });
  const { spec } = only(chart, 'Deployment');
  expect(spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'cart', 'app.kubernetes.io/component': 'api' });
  expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
});

test('where the runtime is a kubelet, the pod says itself where it runs', () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { chart, pool } = platform({ runtime: WasmRuntime.krustlet() });
  new WasmJob(chart, 'restock', { pool, image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) });
  const { runtimeClassName, nodeSelector, tolerations } = podOf(only(chart, 'Job'));
  expect(runtimeClassName).toBeUndefined();
  expect(nodeSelector).toEqual({ 'kubernetes.io/arch': 'wasm32-wasi' });
  expect(tolerations).toEqual([
    { key: 'kubernetes.io/arch', operator: 'Equal', value: 'wasm32-wasi' },
    { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists' },
  ]);
  jest.restoreAllMocks();
});

test('a pool made elsewhere: its RuntimeClass by name, the taints it forgot tolerated by the pod', () => {
  const { chart } = platform();
  const pool = WasmNodePool.fromRuntimeClass(chart, 'rcm', 'wasmtime-spin-v2', {
    runtime: WasmRuntime.SPIN,
    untoleratedTaints: [Taint.noSchedule('wasm')],
  });
  new WasmMicroservice(chart, 'cart', { pool, image: imageOf(WasmPayload.SPIN_APP, { format: ImageFormat.SPIN }) });
  expect(podOf(only(chart, 'Deployment'))).toMatchObject({
    runtimeClassName: 'wasmtime-spin-v2',
    tolerations: [{ key: 'wasm', operator: 'Exists', effect: 'NoSchedule' }],
  });
});

test('a scheduled worker', () => {
  const { chart, pool } = platform();
  new WasmCronJob(chart, 'restock', {
    pool,
    image: moduleImage('restock'),
    schedule: '*/15 * * * *',
    timeZone: 'Europe/Berlin',
    startingDeadline: Duration.minutes(5),
    suspend: false,
    successfulHistory: 0,
    failedHistory: 5,
    retries: 0,
    timeout: Duration.minutes(10),
    timeToLive: Duration.hours(1),
  });
  const { jobTemplate, ...spec } = only(chart, 'CronJob').spec;
  expect(spec).toEqual({
    schedule: '*/15 * * * *',
    timeZone: 'Europe/Berlin',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 300,
    suspend: false,
    successfulJobsHistoryLimit: 0,
    failedJobsHistoryLimit: 5,
  });
  const { template, ...jobSpec } = jobTemplate.spec;
  expect(jobSpec).toEqual({ backoffLimit: 0, activeDeadlineSeconds: 600, ttlSecondsAfterFinished: 3600 });
  expect(template.spec.restartPolicy).toBe('Never');
});

test('a one-off worker of several pods', () => {
  const { chart, pool } = platform();
  new WasmJob(chart, 'report', { pool, image: moduleImage('report'), completions: 10, parallelism: 2 });
  expect(only(chart, 'Job').spec).toMatchObject({ backoffLimit: 3, completions: 10, parallelism: 2 });
});
