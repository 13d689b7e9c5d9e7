import { inferred, observation, observed, REAL_NODE, read } from '../fact';
import type { GuestFacts, RuntimeFacts } from '../runtime-facts';
import { ImageFormat } from '../vocabulary';

/**
 * What every shim on runwasi's library shares: one shim process serves the whole pod, and its task API has
 * create, start, kill, delete, wait, connect, state, stats and shutdown – nothing else.
 * @see https://github.com/containerd/runwasi
 */
export const RUNWASI = {
  commands: { [ImageFormat.ARTIFACT]: ['/app.wasm'] },
  podAnnotations: {},
  podNetwork: observed(true, 'ordinary CNI networking, Services and NetworkPolicy', REAL_NODE),
  exec: observed(false, 'Task/Exec is not supported, for any container of the pod', REAL_NODE),
  probes: observed(true, 'httpGet and tcpSocket are asked by the kubelet over the network', REAL_NODE),
  limits: observed(true, 'cgroup limits hold; metrics need the cgroup driver of the kubelet', REAL_NODE),
  sidecars: observed(true, 'Linux containers run beside the guest under the same shim', REAL_NODE),
  sidecarEnvironment: observed(
    false,
    'a Linux container inherits the environment of containerd, not its own',
    REAL_NODE,
  ),
  emptyDir: observed(true, 'writable, also with a read-only root', REAL_NODE),
  readOnlyRootFilesystem: observed(true, 'accepted and enforced', REAL_NODE),
  lowestPort: observed(
    1024,
    'a non-root user needs NET_BIND_SERVICE below, unless containerd allows it to all, as 2.x does by default',
    REAL_NODE,
  ),
  dropAllKeepsAll: observed(
    true,
    'drop: [ALL] alone leaves the node root capabilities; add NET_BIND_SERVICE',
    REAL_NODE,
  ),
  shareProcessNamespace: observed(false, 'Linux sidecars fail with "failed to prepare rootfs"', REAL_NODE),
  hostUsers: observed(false, 'RuntimeClass handler does not support user namespaces', REAL_NODE),
  terminal: observed(false, 'terminal is not supported', REAL_NODE),
  inPlaceResize: observed(false, 'reports ResizeCompleted and changes nothing', REAL_NODE),
  podTelemetry: read(false, 'OTEL_* is read from the environment of containerd', 'runwasi docs/src/opentelemetry.md'),
  overheadMiB: observed(32, 'shim, zygote and helper live outside the pod cgroup: 20 to 32 MiB', REAL_NODE),
  compileSecondsPerMiB: observed(
    8,
    'a 12.8 MB module took 6 s on a quiet node and 34 to 42 s on a loaded one, 2.7 MiB of Go up to 20 s',
    REAL_NODE,
  ),
  minimumContainerd: {
    [ImageFormat.ARTIFACT]: read(
      ['1.6.25', '1.7.7', '2.0'],
      '"mismatched image rootfs and manifest layers" before',
      'runwasi demos.md',
    ),
  },
} satisfies Partial<RuntimeFacts>;

/** For the shims of the library that nobody here ran. */
export const RUNWASI_RELATIVE = inferred(RUNWASI);

const COMPILED_OUTSIDE = {
  baseMiB: 64,
  perModuleMiB: 4,
  leastPerModuleMiB: 3,
  ...observation('compiled outside the pod cgroup: a 12.8 MB JavaScript component runs in 64 MiB', REAL_NODE),
};
/** Also the best guess for others that compile in the container. */
export const COMPILED_INSIDE = {
  baseMiB: 64,
  perModuleMiB: 34,
  leastPerModuleMiB: 26,
  ...observation('compiled inside the limit: a 12.8 MB component peaks at 366 MiB, 2.7 MiB of Go need 128', REAL_NODE),
};

/** A core module: it runs as process 1 of its container and ends. */
export const RUNWASI_MODULE: GuestFacts = {
  formats: [ImageFormat.IMAGE, ImageFormat.ARTIFACT],
  extensions: [],
  listens: read(false, 'WASI preview 1 has no call that opens a listening socket', 'wasi_snapshot_preview1'),
  connects: read(false, 'WASI preview 1 has no call that opens a connection', 'wasi_snapshot_preview1'),
  args: observed(true, 'argv[0] is the command', REAL_NODE),
  environment: observed(true, 'exactly the env of the pod, plus PATH and HOSTNAME', REAL_NODE),
  volumes: observed(true, 'the root of the container is preopened', REAL_NODE),
  logs: observed(true, 'stdout and stderr', REAL_NODE),
  sigterm: observed('ignored', 'killed with 137 when the grace period ends', REAL_NODE),
  grpc: read(false, 'it cannot listen', 'wasi_snapshot_preview1'),
  artifactMemory: COMPILED_OUTSIDE,
  imageMemory: COMPILED_INSIDE,
};

/** A wasi:cli component: like a module, with sockets. */
export const RUNWASI_CLI: GuestFacts = {
  ...RUNWASI_MODULE,
  formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE],
  listens: observed(true, 'wasi:sockets reach the network of the pod', REAL_NODE),
  connects: observed(true, 'wasi:sockets reach the network of the pod', REAL_NODE),
  grpc: read(true, 'the guest speaks what it likes on its own socket', 'containerd-shim-wasmtime src/instance.rs'),
  sigterm: read('ignored', 'no handler is installed for process 1', 'containerd-shim-wasmtime src/instance.rs'),
};

/** A wasi:http component: the shim listens and makes a fresh instance for every request. */
export const RUNWASI_HTTP: GuestFacts = {
  ...RUNWASI_MODULE,
  formats: [ImageFormat.ARTIFACT, ImageFormat.IMAGE],
  http: {
    port: 8080,
    listenVariable: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR',
    evidence: observation('takes an IP literal with a port; anything else silently means 0.0.0.0:8080', REAL_NODE),
  },
  listens: observed(true, 'the shim listens for it', REAL_NODE),
  connects: observed(true, 'wasi:http/outgoing-handler reaches the network of the pod', REAL_NODE),
  args: observed(false, 'a proxy has no arguments', REAL_NODE),
  volumes: observed(false, 'a proxy has no preopened directory: mounted files are invisible', REAL_NODE),
  logs: observed(false, 'what the guest prints is lost', REAL_NODE),
  sigterm: observed('exits', 'exits 143 at once, requests in flight are dropped; SIGINT drains', REAL_NODE),
  grpc: observed(false, 'HTTP/1.1 only', REAL_NODE),
};

/** A module on an engine whose own extension gives it sockets. */
export const listening = (how: string, source: string, extensions: string[]): GuestFacts => ({
  ...inferred(RUNWASI_MODULE),
  extensions,
  listens: read(true, how, source),
  connects: read(true, how, source),
  sigterm: read('ignored', 'the guest is process 1 and installs no handler', 'runwasi'),
  grpc: read(true, 'the guest speaks what it likes on its own socket', source),
});
