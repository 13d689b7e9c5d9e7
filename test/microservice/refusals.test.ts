import { Chart, Duration, Size } from 'cdk8s';
import { ConfigMap, Cpu, EnvValue, Ingress, Secret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  CrunEngine,
  Files,
  ImageFormat,
  type IWasmNodePool,
  NetworkIsolation,
  Probe,
  type Sidecar,
  WasmCronJob,
  WasmImage,
  WasmJob,
  WasmMicroservice,
  WasmNodePool,
  WasmPayload,
  WasmRuntime,
} from '../../lib';
import { commandImage, DIGEST, findingsOf, httpImage, imageOf, moduleImage, platform } from '../support/programs';

/** A mistake and its nearest legal twin. Both get a chart and a way to make pools. */
interface Situation {
  readonly title: string;
  readonly runtime?: WasmRuntime;
  readonly wrong: (scope: Chart, pool: IWasmNodePool) => void;
  readonly right: (scope: Chart, pool: IWasmNodePool) => void;
  readonly says: readonly string[];
}

const MIB = 1024 * 1024;
const pinned = `envoyproxy/envoy@${DIGEST}`;
const proxy = (more: Partial<Sidecar> = {}): Sidecar => ({ name: 'proxy', image: pinned, ...more });
const service = (
  scope: Construct,
  pool: IWasmNodePool,
  more: Partial<ConstructorParameters<typeof WasmMicroservice>[2]> = {},
  id = 'cart',
) => new WasmMicroservice(scope, id, { pool, image: httpImage(), ...more });
const job = (scope: Construct, pool: IWasmNodePool, more: Partial<ConstructorParameters<typeof WasmJob>[2]> = {}) =>
  new WasmJob(scope, 'restock', { pool, image: moduleImage('restock'), ...more });
const config = (scope: Construct) => new ConfigMap(scope, 'settings', { metadata: { name: 'settings' } });
const CART = `ghcr.io/acme/cart@${DIGEST}`;
const spinApp = () => imageOf(WasmPayload.SPIN_APP, { format: ImageFormat.SPIN });

const SITUATIONS: readonly Situation[] = [
  {
    title: 'a module that cannot listen as a service',
    wrong: (scope, pool) => service(scope, pool, { image: moduleImage() }),
    right: (scope, pool) => job(scope, pool),
    says: [
      `[shop/cart] WASM0301: ${CART} is a module:p1, which runs, ends and cannot listen under wasmtime; use WasmJob or WasmCronJob, or build it as a wasi:http component`,
    ],
  },
  {
    title: 'a listening guest whose port nobody named',
    runtime: WasmRuntime.WASMEDGE,
    wrong: (scope, pool) => service(scope, pool, { image: moduleImage() }),
    right: (scope, pool) => service(scope, pool, { image: moduleImage(), port: 9000 }),
    says: [
      `[shop/cart] WASM0302: ${CART} opens its own socket under wasmedge, on a port that is not said; set \`port\` to the port the guest listens on`,
    ],
  },
  {
    title: 'numbers that are no ports',
    wrong: (scope, pool) => service(scope, pool, { port: 80800, servicePort: 0 }),
    right: (scope, pool) => service(scope, pool, { port: 65535, servicePort: 1 }),
    says: [
      '[shop/cart] WASM0303: port http of cart is 80800; use a whole number from 1 to 65535',
      '[shop/cart] WASM0303: `servicePort` is 0; use a whole number from 1 to 65535',
    ],
  },
  {
    title: 'a privileged port',
    wrong: (scope, pool) => service(scope, pool, { port: 80 }),
    right: (scope, pool) => service(scope, pool, { port: 1024, servicePort: 80 }),
    says: [
      '[shop/cart] WASM0304: port 80 is below 1024 and the guest runs as user 65532; set `port` to 1024 or more; `servicePort` can stay as it is',
    ],
  },
  {
    title: 'a sidecar on the port of the guest',
    wrong: (scope, pool) => service(scope, pool, { sidecars: [proxy({ ports: { admin: 8080 } })] }),
    right: (scope, pool) => service(scope, pool, { sidecars: [proxy({ ports: { admin: 9901 } })] }),
    says: [
      '[shop/cart] WASM0305: port 8080 is taken by cart and by proxy; give one of them another port (`port` of the service, `ports` of a sidecar)',
    ],
  },
  {
    title: 'a listen address that is a name',
    wrong: (scope, pool) => service(scope, pool, { bindAddress: 'localhost' }),
    right: (scope, pool) => service(scope, pool, { bindAddress: '[::1]' }),
    says: ['[shop/cart] WASM0306: `bindAddress` is "localhost"; use an IP literal such as 0.0.0.0, 127.0.0.1 or [::]'],
  },
  {
    title: 'a listen address for a guest that listens by itself',
    runtime: WasmRuntime.WASMEDGE,
    wrong: (scope, pool) => service(scope, pool, { image: moduleImage(), port: 9000, bindAddress: '127.0.0.1' }),
    right: (scope, pool) => service(scope, pool, { image: moduleImage(), port: 9000 }),
    says: [
      `[shop/cart] WASM0307: ${CART} listens by itself under wasmedge, which takes no address for it; remove \`bindAddress\` and configure the guest`,
    ],
  },
  {
    title: 'the listen variable set by hand',
    wrong: (scope, pool) =>
      service(scope, pool, { environment: { WASMTIME_HTTP_PROXY_SOCKET_ADDR: EnvValue.fromValue('9090') } }),
    right: (scope, pool) => service(scope, pool, { port: 9090 }),
    says: [
      '[shop/cart] WASM0308: `environment` sets WASMTIME_HTTP_PROXY_SOCKET_ADDR, which follows from the port; use `port` and `bindAddress`',
    ],
  },
  {
    title: 'Krustlet with a Service',
    runtime: WasmRuntime.krustlet(),
    wrong: (scope, pool) =>
      service(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) }),
    right: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) }),
    says: [
      '[shop/cart] WASM0309: krustlet cannot back a Service: pods have no address of their own; use WasmJob, or a pool with runtime wasmtime',
    ],
  },
  {
    title: 'a server as a job',
    wrong: (scope, pool) => job(scope, pool, { image: httpImage() }),
    right: (scope, pool) => job(scope, pool, { image: imageOf(WasmPayload.CLI_COMPONENT) }),
    says: [`[shop/restock] WASM0310: ${CART} is a component:http, which serves and never ends; use WasmMicroservice`],
  },
  {
    title: 'an exec probe on the sidecar of a guest',
    wrong: (scope, pool) => service(scope, pool, { sidecars: [proxy({ startup: Probe.command(['true']) })] }),
    right: (scope, pool) =>
      service(scope, pool, { sidecars: [proxy({ ports: { ready: 15021 }, startup: Probe.http('/ready') })] }),
    says: [
      '[shop/cart] WASM0312: the proxy startup probe runs a command, which wasmtime cannot; use Probe.http() or Probe.tcp()',
    ],
  },
  {
    title: 'a grpc probe on wasi:http',
    wrong: (scope, pool) => service(scope, pool, { readiness: Probe.grpc() }),
    right: (scope, pool) => service(scope, pool, { readiness: Probe.tcp() }),
    says: [
      `[shop/cart] WASM0313: the readiness probe speaks gRPC, and ${CART} does not: HTTP/1.1 only; use Probe.http() or Probe.tcp()`,
    ],
  },
  {
    title: 'a probe under Krustlet',
    runtime: WasmRuntime.krustlet(),
    wrong: (scope, pool) =>
      service(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
        readiness: Probe.http('/'),
      }),
    right: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) }),
    says: [
      '[shop/cart] WASM0314: krustlet ignores the readiness probe; remove it',
      '[shop/cart] WASM0309: krustlet cannot back a Service: pods have no address of their own; use WasmJob, or a pool with runtime wasmtime',
    ],
  },
  {
    title: 'a probe of another port',
    wrong: (scope, pool) => service(scope, pool, { readiness: Probe.http('/', { port: 9090 }) }),
    right: (scope, pool) => service(scope, pool, { readiness: Probe.http('/', { port: 8080 }) }),
    says: [
      '[shop/cart] WASM0315: the readiness probe asks port 9090, and the pod listens on 8080; leave out the port of the probe',
    ],
  },
  {
    title: 'a probe every half second',
    wrong: (scope, pool) =>
      service(scope, pool, { readiness: Probe.tcp({ period: Duration.millis(500), failureThreshold: 0 }) }),
    right: (scope, pool) =>
      service(scope, pool, { readiness: Probe.tcp({ period: Duration.seconds(1), failureThreshold: 1 }) }),
    says: [
      '[shop/cart] WASM0316: `period` of the readiness probe is 0.5; use whole seconds, at least 1',
      '[shop/cart] WASM0316: `failureThreshold` of the readiness probe is 0; use a whole number, at least 1',
    ],
  },
  {
    title: 'autoscaling where nothing is measured',
    runtime: WasmRuntime.krustlet(),
    wrong: (scope, pool) =>
      service(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
        autoscaling: { maxReplicas: 3 },
      }),
    right: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) }),
    says: [
      '[shop/cart] WASM0309: krustlet cannot back a Service: pods have no address of their own; use WasmJob, or a pool with runtime wasmtime',
      '[shop/cart] WASM0317: krustlet gives an autoscaler nothing to see: neither enforced nor reported; remove `autoscaling`',
    ],
  },
  {
    title: 'an autoscaler with its bounds the wrong way round',
    wrong: (scope, pool) =>
      service(scope, pool, { autoscaling: { minReplicas: 5, maxReplicas: 3, cpuUtilization: 0 } }),
    right: (scope, pool) =>
      service(scope, pool, { autoscaling: { minReplicas: 3, maxReplicas: 3, cpuUtilization: 1 } }),
    says: [
      '[shop/cart] WASM0318: `autoscaling` has cpuUtilization 0; use 1 ≤ `minReplicas` ≤ `maxReplicas` and a target from 1 to 100 percent of the request',
      '[shop/cart] WASM0318: `autoscaling` has minReplicas 5 above maxReplicas 3; use 1 ≤ `minReplicas` ≤ `maxReplicas` and a target from 1 to 100 percent of the request',
    ],
  },
  {
    title: 'replicas and an autoscaler',
    wrong: (scope, pool) => service(scope, pool, { replicas: 3, autoscaling: { maxReplicas: 5 } }),
    right: (scope, pool) => service(scope, pool, { autoscaling: { minReplicas: 3, maxReplicas: 5 } }),
    says: [
      '[shop/cart] WASM0319: `replicas` is 3 and the service is autoscaled; remove `replicas` and use `minReplicas` of `autoscaling`',
    ],
  },
  {
    title: 'a sidecar under Krustlet',
    runtime: WasmRuntime.krustlet(),
    wrong: (scope, pool) =>
      job(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
        sidecars: [proxy()],
      }),
    right: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }) }),
    says: [
      '[shop/restock] WASM0320: krustlet runs no sidecars (proxy): only Wasm layers are pulled; remove it, or use another runtime',
    ],
  },
  {
    title: 'environment for a sidecar of a runwasi pod',
    wrong: (scope, pool) =>
      service(scope, pool, { sidecars: [proxy({ environment: { LOG_LEVEL: EnvValue.fromValue('debug') } })] }),
    right: (scope, pool) =>
      service(scope, pool, { sidecars: [proxy({ command: ['/bin/env', 'LOG_LEVEL=debug', 'envoy'] })] }),
    says: [
      '[shop/cart] WASM0321: sidecar proxy is given LOG_LEVEL, and containers beside a guest of wasmtime get no environment; pass them by `args` or `files`, or start it with `command: [/bin/env, NAME=value, PROGRAM]`',
    ],
  },
  {
    title: 'a sidecar with a tag',
    wrong: (scope, pool) => service(scope, pool, { sidecars: [proxy({ image: 'envoyproxy/envoy:v1.40.0' })] }),
    right: (scope, pool) =>
      service(scope, pool, { sidecars: [proxy({ image: `envoyproxy/envoy:v1.40.0@${DIGEST}` })] }),
    says: [
      '[shop/cart] WASM0322: sidecar proxy runs envoyproxy/envoy:v1.40.0, which can change; pin it as NAME@sha256:…',
    ],
  },
  {
    title: 'a ConfigMap mounted into a wasi:http guest',
    wrong: (scope, pool) => service(scope, pool, { files: [Files.fromConfigMap(config(scope), '/etc/cart')] }),
    right: (scope, pool) =>
      service(scope, pool, { environment: { COLOUR: EnvValue.fromConfigMap(config(scope), 'colour') } }),
    says: [
      `[shop/cart] WASM0323: /etc/cart is mounted, and ${CART} does not see files under wasmtime: a proxy has no preopened directory: mounted files are invisible; use \`environment\` (EnvValue.fromConfigMap, EnvValue.fromSecretValue)`,
    ],
  },
  {
    title: 'mount paths that are wrong',
    wrong: (scope, pool) =>
      job(scope, pool, { files: ['data', '/', '/a/../b', '/tmp', '/tmp'].map((path) => Files.scratch(path)) }),
    right: (scope, pool) => job(scope, pool, { files: ['/data', '/a/b', '/tmp'].map((path) => Files.scratch(path)) }),
    says: [
      '[shop/restock] WASM0324: mount path "data" is wrong: it has to begin with /; correct it where `files` are given',
      '[shop/restock] WASM0324: mount path "/" is wrong: it would hide the module itself; correct it where `files` are given',
      '[shop/restock] WASM0324: mount path "/a/../b" is wrong: it may hold neither .. nor a colon; correct it where `files` are given',
      '[shop/restock] WASM0324: mount path "/tmp" is wrong: it is used twice; correct it where `files` are given',
    ],
  },
  {
    title: 'arguments for a wasi:http guest',
    wrong: (scope, pool) => service(scope, pool, { args: ['--verbose'] }),
    right: (scope, pool) => job(scope, pool, { args: ['--verbose'] }),
    says: [
      `[shop/cart] WASM0325: ${CART} is given \`args\`, which it does not get under wasmtime: a proxy has no arguments; use \`environment\``,
    ],
  },
  {
    title: 'environment for a guest that gets none',
    runtime: WasmRuntime.crun(CrunEngine.WASMER),
    wrong: (scope, pool) =>
      job(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }),
        environment: { LOG_LEVEL: EnvValue.fromValue('debug') },
      }),
    right: (scope, pool) =>
      job(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }),
        args: ['--log-level=debug'],
      }),
    says: [
      `[shop/restock] WASM0326: ${CART} is given LOG_LEVEL, and gets no environment under crun-wasmer: not passed; use another runtime, or \`args\``,
    ],
  },
  {
    title: 'a read-only root under Spin',
    runtime: WasmRuntime.SPIN,
    wrong: (scope, pool) => service(scope, pool, { image: spinApp(), readOnlyRootFilesystem: true }),
    right: (scope, pool) => service(scope, pool, { image: spinApp() }),
    says: [
      '[shop/cart] WASM0327: `readOnlyRootFilesystem` is set, and spin writes /spin.json, /.spin and /.cache; leave it out',
    ],
  },
  {
    title: 'a variable with an impossible name',
    wrong: (scope, pool) => service(scope, pool, { environment: { '1ST': EnvValue.fromValue('a') } }),
    right: (scope, pool) => service(scope, pool, { environment: { FIRST: EnvValue.fromValue('a') } }),
    says: [
      '[shop/cart] WASM0328: "1ST" cannot name an environment variable; use letters, digits, _, - and ., not starting with a digit',
    ],
  },
  {
    title: 'a JavaScript component as a root filesystem in 256 MiB',
    wrong: (scope, pool) =>
      service(scope, pool, {
        image: imageOf(WasmPayload.HTTP_COMPONENT, { format: ImageFormat.IMAGE, sizeBytes: 12.8 * MIB }),
        memoryLimit: Size.mebibytes(256),
      }),
    right: (scope, pool) =>
      service(scope, pool, {
        image: imageOf(WasmPayload.HTTP_COMPONENT, { format: ImageFormat.ARTIFACT, sizeBytes: 12.8 * MIB }),
        memoryLimit: Size.mebibytes(64),
      }),
    says: [
      `[shop/cart] WASM0329: ${CART} as image needs about 333 MiB, and \`memoryLimit\` is 256 MiB; raise it, or leave it out`,
    ],
  },
  {
    title: 'requests above their limits',
    wrong: (scope, pool) =>
      service(scope, pool, {
        memoryRequest: Size.mebibytes(128),
        memoryLimit: Size.mebibytes(64),
        cpuRequest: Cpu.units(1),
        cpuLimit: Cpu.millis(500),
      }),
    right: (scope, pool) =>
      service(scope, pool, {
        memoryRequest: Size.mebibytes(64),
        memoryLimit: Size.mebibytes(64),
        cpuRequest: Cpu.millis(500),
        cpuLimit: Cpu.units(0.5),
      }),
    says: [
      '[shop/cart] WASM0330: `memoryRequest` of 128Mi is above `memoryLimit` of 64Mi; lower the request or raise the limit',
      '[shop/cart] WASM0330: `cpuRequest` of 1 is above `cpuLimit` of 500m; lower the request or raise the limit',
    ],
  },
  {
    title: 'a node selector against the RuntimeClass',
    wrong: (scope, pool) => service(scope, pool, { nodeSelector: { 'cdk8s-wasm.dev/shim-wasmtime': 'no' } }),
    right: (scope, pool) =>
      service(scope, pool, {
        nodeSelector: { 'cdk8s-wasm.dev/shim-wasmtime': 'ready', 'topology.kubernetes.io/zone': 'a' },
      }),
    says: [
      '[shop/cart] WASM0331: `nodeSelector` asks for cdk8s-wasm.dev/shim-wasmtime=no, and RuntimeClass wasmtime-edge for cdk8s-wasm.dev/shim-wasmtime=ready; remove it; the pool places its pods',
    ],
  },
  {
    title: 'a grace period as short as the drain',
    wrong: (scope, pool) => service(scope, pool, { gracePeriod: Duration.seconds(3) }),
    right: (scope, pool) => service(scope, pool, { gracePeriod: Duration.seconds(4) }),
    says: [
      '[shop/cart] WASM0332: `gracePeriod` is 3 s and the pod sleeps 3 s before it stops; raise `gracePeriod` or shorten `drainDelay`',
    ],
  },
  {
    title: 'a cluster from before preStop.sleep and native sidecars',
    wrong: (scope) => service(scope, old(scope, { kubernetesVersion: '1.28' }), { sidecars: [proxy()] }),
    right: (scope) => service(scope, old(scope, { kubernetesVersion: 'v1.30.2-eks-1a2b' }), { sidecars: [proxy()] }),
    says: [
      '[shop/cart] WASM0333: preStop.sleep needs Kubernetes 1.30, and the pool says 1.28; upgrade, or leave the feature out (`drainDelay: Duration.seconds(0)`, no `sidecars`)',
      '[shop/cart] WASM0333: a native sidecar needs Kubernetes 1.29, and the pool says 1.28; upgrade, or leave the feature out (`drainDelay: Duration.seconds(0)`, no `sidecars`)',
    ],
  },
  {
    title: 'a containerd from before Wasm layers',
    wrong: (scope) => service(scope, old(scope, { containerdVersion: '1.6.20' })),
    right: (scope) => service(scope, old(scope, { containerdVersion: '1.6.25' })),
    says: [
      `[shop/cart] WASM0334: ${CART} as artifact needs containerd 1.6.25 or 1.7.7 or 2.0, and the pool says 1.6.20; upgrade, or set \`format\` to ImageFormat.IMAGE`,
    ],
  },
  {
    title: 'a fraction of a replica',
    wrong: (scope, pool) => service(scope, pool, { replicas: 1.5 }),
    right: (scope, pool) => service(scope, pool, { replicas: 0 }),
    says: ['[shop/cart] WASM0335: `replicas` is 1.5; use a whole number, 0 or more'],
  },
  {
    title: 'a format the runtime does not take',
    wrong: (scope, pool) => service(scope, pool, { format: ImageFormat.SPIN }),
    right: (scope, pool) => service(scope, pool, { format: ImageFormat.ARTIFACT }),
    says: [
      `[shop/cart] WASM0336: \`format\` is spin, and ${CART} runs here as artifact; choose one of these, or leave it out`,
    ],
  },
  {
    title: 'a command crun takes for a Linux program',
    runtime: WasmRuntime.crun(CrunEngine.WASMEDGE),
    wrong: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }), command: ['/app'] }),
    right: (scope, pool) =>
      job(scope, pool, { image: imageOf(WasmPayload.MODULE, { format: ImageFormat.IMAGE }), command: ['/app.wasm'] }),
    says: [
      '[shop/restock] WASM0337: `command` is /app, and crun-wasmedge runs what ends in .wasm; name the module in `command`',
    ],
  },
  {
    title: 'scratch space under Krustlet',
    runtime: WasmRuntime.krustlet(),
    wrong: (scope, pool) =>
      job(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
        files: [Files.scratch('/tmp')],
      }),
    right: (scope, pool) =>
      job(scope, pool, {
        image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
        files: [Files.fromConfigMap(config(scope), '/data')],
      }),
    says: ['[shop/restock] WASM0338: /tmp is an emptyDir, which krustlet cannot mount: the pod fails; remove it'],
  },
  {
    title: 'a call to something that does not listen',
    wrong: (scope, pool) =>
      service(scope, pool, {}, 'gateway').calls(service(scope, wasmedge(scope), { image: moduleImage() })),
    right: (scope, pool) =>
      service(scope, pool, {}, 'gateway').calls(service(scope, wasmedge(scope), { image: moduleImage(), port: 9000 })),
    says: [
      '[shop/gateway] WASM0340: it calls shop/cart, which has no port; set `port` of shop/cart, or remove the call',
      `[shop/cart] WASM0302: ${CART} opens its own socket under wasmedge, on a port that is not said; set \`port\` to the port the guest listens on`,
    ],
  },
  {
    title: 'a call from a guest that cannot connect',
    wrong: (scope, pool) => {
      const worker = new WasmJob(scope, 'nightly', { pool, image: moduleImage('nightly') });
      const cart = service(scope, pool);
      worker.calls(cart);
      worker.calls(cart, { variable: 'AGAIN' });
    },
    right: (scope, pool) =>
      new WasmJob(scope, 'nightly', { pool, image: commandImage('nightly') }).calls(service(scope, pool)),
    says: [
      `[shop/nightly] WASM0353: it calls shop/cart, and ${CART.replace('cart', 'nightly')}, a module:p1, cannot connect to anything under wasmtime: WASI preview 1 has no call that opens a connection; build it as a component, which can; or remove the call`,
    ],
  },
  {
    title: 'two values for one variable',
    wrong: (scope, pool) =>
      service(scope, pool, { environment: { CART_URL: EnvValue.fromValue('http://elsewhere') } }, 'gateway').calls(
        service(scope, pool),
      ),
    right: (scope, pool) =>
      service(scope, pool, { environment: { CART_URL: EnvValue.fromValue('http://elsewhere') } }, 'gateway').calls(
        service(scope, pool),
        { variable: 'OTHER_CART_URL' },
      ),
    says: [
      '[shop/gateway] WASM0341: CART_URL is set by `environment` and by calls(shop/cart); give calls() another `variable`',
    ],
  },
  {
    title: 'a call into a chart without a namespace',
    wrong: (scope, pool) =>
      service(scope, pool, {}, 'gateway').calls(service(new Chart(scope.node.root as Construct, 'stock'), pool)),
    right: (scope, pool) =>
      service(scope, pool, {}, 'gateway').calls(
        service(new Chart(scope.node.root as Construct, 'stock', { namespace: 'stock' }), pool),
      ),
    says: [
      '[shop/gateway] WASM0342: shop/gateway calls stock/cart, and only one of their charts says its namespace; set `namespace` of both charts',
    ],
  },
  {
    title: 'schedules that are none',
    wrong: (scope, pool) => {
      for (const [i, schedule] of [
        'every day',
        '60 * * * *',
        '* * * * mon-funday',
        '0 3-1 * * *',
        '*/0 * * * *',
        'TZ=UTC 0 0 * * *',
        '@often',
      ].entries()) {
        new WasmCronJob(scope, `restock-${i}`, { pool, image: moduleImage('restock'), schedule });
      }
    },
    right: (scope, pool) => {
      for (const [i, schedule] of [
        '*/15 * * * *',
        '0 3 1,15 JAN-MAR MON-FRI',
        '5/10 0-23/2 * * 6',
        '@hourly',
        '@every 1h30m',
      ].entries()) {
        new WasmCronJob(scope, `restock-${i}`, { pool, image: moduleImage('restock'), schedule });
      }
    },
    says: [
      'it needs five fields',
      'the minute does not fit',
      'the day of week does not fit',
      'the hour does not fit',
      'the minute does not fit',
      'the API server refuses TZ= in it; set `timeZone`',
      'it needs five fields',
    ].map((rule, i) => {
      const schedule = [
        'every day',
        '60 * * * *',
        '* * * * mon-funday',
        '0 3-1 * * *',
        '*/0 * * * *',
        'TZ=UTC 0 0 * * *',
        '@often',
      ][i];
      return `[shop/restock-${i}] WASM0343: "${schedule}" is not a schedule: ${rule}; write it as minute hour day month weekday, such as "*/15 * * * *", or @hourly`;
    }),
  },
  {
    title: 'a job that gives up before it begins',
    wrong: (scope, pool) => job(scope, pool, { retries: -1, parallelism: 0.5 }),
    right: (scope, pool) => job(scope, pool, { retries: 0, parallelism: 2 }),
    says: [
      '[shop/restock] WASM0344: `retries` is -1; use a whole number, 0 or more',
      '[shop/restock] WASM0344: `parallelism` is 0.5; use a whole number, 0 or more',
    ],
  },
  {
    title: 'application options outside an application runtime',
    wrong: (scope, pool) => service(scope, pool, { application: { components: ['api'] } }),
    right: (scope) => service(scope, spin(scope), { image: spinApp(), application: { components: ['api'] } }),
    says: [
      '[shop/cart] WASM0345: `application` is set, and wasmtime runs no applications; remove it, or use a pool with runtime spin',
    ],
  },
  {
    title: 'telemetry of the runtime asked for in the pod',
    wrong: (scope, pool) => service(scope, pool, { otlpEndpoint: 'http://collector:4318' }),
    right: (scope) => service(scope, spin(scope), { image: spinApp(), otlpEndpoint: 'http://collector:4318' }),
    says: [
      '[shop/cart] WASM0346: `otlpEndpoint` is set, and wasmtime does not read it from the pod: OTEL_* is read from the environment of containerd; set it in the environment of containerd on the nodes, or remove it',
    ],
  },
  {
    title: 'a pull secret without a name',
    wrong: (scope, pool) => service(scope, pool, { imagePullSecrets: [Secret.fromSecretName(scope, 'pull', '')] }),
    right: (scope, pool) =>
      service(scope, pool, { imagePullSecrets: [Secret.fromSecretName(scope, 'pull', 'registry')] }),
    says: ['[shop/cart] WASM0348: `imagePullSecrets` has an empty name; refer to an object that exists'],
  },
  {
    title: 'root in a guest',
    wrong: (scope, pool) => service(scope, pool, { user: 0 }),
    right: (scope, pool) => service(scope, pool, { user: 1 }),
    says: ['[shop/cart] WASM0349: `user` is 0; use a number above 0'],
  },
];

const old = (scope: Chart, versions: { kubernetesVersion?: string; containerdVersion?: string }) =>
  new WasmNodePool(scope, 'old', { runtime: WasmRuntime.WASMTIME, ...versions });
const wasmedge = (scope: Chart) => new WasmNodePool(scope, 'sockets', { runtime: WasmRuntime.WASMEDGE });
const spin = (scope: Chart) => new WasmNodePool(scope, 'spin', { runtime: WasmRuntime.SPIN });

beforeEach(() => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(SITUATIONS)('$title', ({ runtime, wrong, right, says }) => {
  test('is refused', () => {
    const { chart, pool } = platform(runtime === undefined ? {} : { runtime });
    wrong(chart, pool);
    expect(findingsOf(chart)).toEqual(says);
  });

  test('has a legal twin', () => {
    const { chart, pool } = platform(runtime === undefined ? {} : { runtime });
    right(chart, pool);
    expect(findingsOf(chart)).toEqual([]);
  });
});

test('an Ingress to a service that only its callers may reach is a warning', () => {
  const { chart, pool } = platform();
  const cart = service(chart, pool);
  service(chart, pool, {}, 'gateway').calls(cart);
  new Ingress(chart, 'door').addRule('/', cart.toIngressBackend());
  expect(findingsOf(chart)).toEqual([]);
  expect(process.stderr.write).toHaveBeenCalledWith(
    '[shop/cart] warning WASM0347: an Ingress leads to it, and its network policy admits only shop/gateway; admit the ingress controller with allowIngressFrom()\n',
  );
});

test('the same without isolation is none', () => {
  const { chart, pool } = platform();
  const cart = service(chart, pool, { isolation: NetworkIsolation.NONE });
  service(chart, pool, {}, 'gateway').calls(cart);
  new Ingress(chart, 'door').addRule('/', cart.toIngressBackend());
  expect(findingsOf(chart)).toEqual([]);
  expect(process.stderr.write).not.toHaveBeenCalled();
});

test('the errors of an image are those of every construct that uses it', () => {
  const { chart, pool } = platform();
  const image = WasmImage.fromRegistry('ghcr.io/acme/cart:1.2', { payload: WasmPayload.HTTP_COMPONENT });
  service(chart, pool, { image });
  service(chart, pool, { image }, 'cart-blue');
  expect(findingsOf(chart).map((finding) => finding.slice(0, finding.indexOf(':', 8)))).toEqual([
    '[shop/cart] WASM0204',
    '[shop/cart-blue] WASM0204',
  ]);
});

test('every mistake of a program arrives at once', () => {
  const { app, chart, pool } = platform();
  service(chart, pool, {
    args: ['a'],
    port: 80,
    user: 0,
    image: WasmImage.fromModule('missing.wasm', { repository: 'ghcr.io/acme/cart' }),
  });
  job(chart, pool, { retries: -1 });
  expect(() => app.synth()).toThrow(/WASM0202[\s\S]*WASM0349[\s\S]*WASM0344/);
});
