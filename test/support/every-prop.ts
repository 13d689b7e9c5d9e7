import { App, Chart, Duration, Size } from 'cdk8s';
import {
  ConfigMap,
  Cpu,
  Env,
  EnvValue,
  Namespaces,
  NetworkPolicyIpBlock,
  PersistentVolumeClaim,
  Secret,
  ServiceAccount,
} from 'cdk8s-plus-28';
import {
  ConcurrencyPolicy,
  CrunEngine,
  Distribution,
  Files,
  ImageFormat,
  NetworkIsolation,
  NodeProvisioner,
  Probe,
  ShimInstaller,
  Taint,
  WasmCronJob,
  WasmJob,
  WasmMicroservice,
  WasmNodePool,
  WasmPayload,
  WasmRuntime,
} from '../../lib';
import { everyOption } from '../node-pool/installers/every-option';
import { DIGEST, imageOf } from './programs';

/** A program that says everything that can be said: each prop at least once. Nothing in it is wrong. */
export function everyProp(): App {
  const app = new App();
  const platform = new Chart(app, 'platform');
  const chart = new Chart(app, 'shop', { namespace: 'shop', labels: { 'example.com/owner': 'shop' } });

  const edge = new WasmNodePool(platform, 'edge', {
    name: 'edge-pool',
    runtime: WasmRuntime.WASMTIME,
    runtimeClassName: 'edge-wasm',
    handler: 'wasmtime-v1',
    distribution: Distribution.EKS_AL2023,
    taint: Taint.noExecute('example.com/wasm', 'edge'),
    labels: { 'example.com/tier': 'edge' },
    architectures: ['arm64'],
    overhead: { memory: Size.mebibytes(48), cpu: Cpu.millis(25) },
    kubernetesVersion: '1.37',
    containerdVersion: '2.4.2',
    provisioner: NodeProvisioner.karpenter({
      nodeClass: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
      requirements: [
        { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
        { key: 'karpenter.k8s.aws/instance-family', operator: 'Exists', minValues: 2 },
      ],
      cpuLimit: Cpu.units(100),
      memoryLimit: Size.gibibytes(400),
      expireAfter: Duration.days(7),
      consolidateAfter: Duration.minutes(5),
      weight: 10,
    }),
    installer: ShimInstaller.preinstalled({ startupTaint: Taint.noSchedule('readiness.k8s.io/wasm-wasmtime-v1') }),
  });
  const existing = new WasmNodePool(platform, 'batch', {
    runtime: WasmRuntime.SPIN,
    handler: 'spin-v2',
    provisioner: NodeProvisioner.existing({ nodeSelector: { 'example.com/pool': 'batch' } }),
    installer: ShimInstaller.preinstalled({ readyLabels: { 'spin-v2': 'provisioned' } }),
    overhead: {},
  });
  const custom = new WasmNodePool(platform, 'custom', {
    runtime: WasmRuntime.custom({
      name: 'acme',
      handler: 'acme-wasm',
      shim: 'containerd-shim-acme-v2',
      basedOn: WasmRuntime.WASMTIME,
      runs: [WasmPayload.HTTP_COMPONENT],
      httpPort: 8088,
      listenVariable: 'ACME_LISTEN',
      podAnnotations: { 'acme.example/engine': 'fast' },
    }),
  });
  const crun = new WasmNodePool(platform, 'crun', { runtime: WasmRuntime.crun(CrunEngine.WASMEDGE) });
  everyOption(platform);
  const elsewhere = WasmNodePool.fromRuntimeClass(platform, 'elsewhere', 'made-elsewhere', {
    runtime: WasmRuntime.WASMEDGE,
    distribution: Distribution.KUBEADM,
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    untoleratedTaints: [Taint.preferNoSchedule('wasm')],
    kubernetesVersion: '1.33',
    containerdVersion: '2.0.1',
  });

  const settings = new ConfigMap(chart, 'settings', { metadata: { name: 'settings' } });
  const secret = Secret.fromSecretName(chart, 'secret', 'credentials');
  const timing = {
    initialDelay: Duration.seconds(2),
    period: Duration.seconds(5),
    timeout: Duration.seconds(2),
    failureThreshold: 6,
  };
  const files = [
    Files.fromConfigMap(settings, '/etc/settings', { items: { a: 'a.txt' }, optional: true }),
    Files.fromSecret(secret, '/etc/key.pem', { file: 'key.pem' }),
    Files.scratch('/tmp', { inMemory: true, sizeLimit: Size.mebibytes(16) }),
    Files.fromPersistentVolumeClaim(PersistentVolumeClaim.fromClaimName(chart, 'claim', 'data'), '/data', true),
    Files.fromVolume({ image: { reference: `ghcr.io/acme/data@${DIGEST}` } }, '/image'),
  ];
  const everywhere = {
    name: 'cart-service',
    labels: { team: 'shop' },
    annotations: { 'example.com/object': 'yes' },
    podAnnotations: { 'example.com/pod': 'yes' },
    environment: { PLAIN: EnvValue.fromValue('text'), COLOUR: EnvValue.fromConfigMap(settings, 'colour') },
    environmentFrom: [Env.fromConfigMap(settings, 'APP_'), Env.fromSecret(secret)],
    memoryLimit: Size.mebibytes(256),
    memoryRequest: Size.mebibytes(128),
    cpuRequest: Cpu.millis(100),
    cpuLimit: Cpu.units(1),
    user: 1000,
    group: 2000,
    readOnlyRootFilesystem: true,
    imagePullSecrets: [secret],
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'topology.kubernetes.io/zone': 'a' },
    gracePeriod: Duration.seconds(45),
  };
  const cart = new WasmMicroservice(chart, 'cart', {
    ...everywhere,
    pool: edge,
    image: imageOf(WasmPayload.HTTP_COMPONENT, {
      sizeBytes: 1024,
      format: ImageFormat.ARTIFACT,
      world: 'wasi:http/proxy',
    }),
    format: ImageFormat.ARTIFACT,
    command: ['/cart.wasm'],
    port: 9000,
    bindAddress: '[::]',
    servicePort: 8000,
    serviceAnnotations: { 'service.kubernetes.io/topology-mode': 'auto' },
    replicas: 3,
    healthPath: '/healthz',
    startup: Probe.http('/started', timing),
    readiness: Probe.tcp({ ...timing, port: 9000 }),
    liveness: Probe.http('/live', timing),
    drainDelay: Duration.seconds(5),
    isolation: NetworkIsolation.STRICT,
    sidecars: [
      {
        name: 'proxy',
        image: `envoyproxy/envoy@${DIGEST}`,
        command: ['/usr/local/bin/envoy'],
        args: ['-c', '/etc/envoy/envoy.yaml'],
        ports: { mesh: 15006, ready: 15021 },
        files: [Files.fromConfigMap(settings, '/etc/envoy')],
        startup: Probe.http('/started', { port: 15021 }),
        readiness: Probe.http('/ready', { port: 15021 }),
        liveness: Probe.tcp({ port: 15006 }),
        cpuRequest: Cpu.millis(20),
        memory: Size.mebibytes(48),
        user: 101,
        readOnlyRootFilesystem: false,
      },
    ],
  });
  cart.allowIngressFrom(Namespaces.select(chart, 'ingress', { names: ['ingress'] }));
  cart.allowEgressTo(NetworkPolicyIpBlock.ipv4(chart, 'database', '10.1.0.0/24'), 5432);
  const grpc = new WasmMicroservice(chart, 'chat', {
    pool: elsewhere,
    image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }),
    port: 9090,
    readiness: Probe.grpc('chat', timing),
    autoscaling: { minReplicas: 2, maxReplicas: 9, cpuUtilization: 60, memoryUtilization: 80 },
    files,
    args: ['--verbose'],
  });
  grpc.calls(cart, { variable: 'CART', path: '/v1' });
  new WasmMicroservice(chart, 'plain', { pool: custom, image: imageOf(WasmPayload.HTTP_COMPONENT) });
  new WasmMicroservice(chart, 'application', {
    pool: existing,
    image: imageOf(WasmPayload.SPIN_APP, { format: ImageFormat.SPIN }),
    otlpEndpoint: 'http://collector:4318',
    application: {
      variables: { greeting: EnvValue.fromValue('hello') },
      components: ['api'],
      instanceMemory: Size.mebibytes(16),
      runtimeConfig: secret,
      caBundle: secret,
    },
    sidecars: [{ name: 'plain', image: `ghcr.io/acme/plain@${DIGEST}` }],
  });
  new WasmJob(chart, 'once', {
    pool: crun,
    image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }),
    serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'account', 'shared'),
    retries: 1,
    timeout: Duration.hours(1),
    completions: 4,
    parallelism: 2,
    timeToLive: Duration.days(1),
    sidecars: [
      { name: 'log', image: `ghcr.io/acme/log@${DIGEST}`, environment: { LEVEL: EnvValue.fromValue('debug') } },
    ],
  });
  new WasmCronJob(chart, 'nightly', {
    pool: edge,
    image: imageOf(WasmPayload.MODULE),
    files,
    schedule: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    concurrencyPolicy: ConcurrencyPolicy.REPLACE,
    startingDeadline: Duration.minutes(10),
    suspend: true,
    successfulHistory: 1,
    failedHistory: 2,
  });
  return app;
}
