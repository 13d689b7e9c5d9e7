import { diagnostic } from './diagnostic';

export const PORT_NOT_SERVED = diagnostic('WASM0301', {
  title: 'a service whose guest cannot listen',
  found: (d: { source: string; payload: string; runtime: string }) =>
    `${d.source} is a ${d.payload}, which runs, ends and cannot listen under ${d.runtime}`,
  fix: 'use WasmJob or WasmCronJob, or build it as a wasi:http component',
  because: 'a Deployment would restart it for ever, and its Service would lead nowhere',
  example: { source: 'services/restock.wasm', payload: 'module:p1', runtime: 'wasmtime' },
});

export const PORT_UNKNOWN = diagnostic('WASM0302', {
  title: 'a guest that listens on a port nobody named',
  found: (d: { source: string; runtime: string }) =>
    `${d.source} opens its own socket under ${d.runtime}, on a port that is not said`,
  fix: 'set `port` to the port the guest listens on',
  because: 'Service, probes and network policies all need the port',
  example: { source: 'services/chat.wasm', runtime: 'wasmedge' },
});

export const PORT_RANGE = diagnostic('WASM0303', {
  title: 'a number that is no port',
  found: (d: { what: string; port: number }) => `${d.what} is ${d.port}`,
  fix: 'use a whole number from 1 to 65535',
  because: 'the API server refuses the object',
  example: { what: '`port`', port: 80800 },
});

export const PORT_PRIVILEGED = diagnostic('WASM0304', {
  title: 'a privileged port for a user that is not root',
  found: (d: { port: number; user: number; lowest: number }) =>
    `port ${d.port} is below ${d.lowest} and the guest runs as user ${d.user}`,
  fix: (d) => `set \`port\` to ${d.lowest} or more; \`servicePort\` can stay as it is`,
  because: 'the listener fails with "permission denied" when the container starts',
  example: { port: 80, user: 65532, lowest: 1024 },
});

export const PORT_CLASH = diagnostic('WASM0305', {
  title: 'two containers of a pod on one port',
  found: (d: { port: number; containers: readonly string[] }) =>
    `port ${d.port} is taken by ${d.containers.join(' and by ')}`,
  fix: 'give one of them another port (`port` of the service, `ports` of a sidecar)',
  because: 'containers of a pod share one network: the second to start exits with 137 and an empty log',
  example: { port: 8080, containers: ['cart', 'proxy'] },
});

export const BIND_ADDRESS = diagnostic('WASM0306', {
  title: 'a listen address that is not an IP literal',
  found: (d: { address: string; variable: string }) => `\`bindAddress\` is "${d.address}"`,
  fix: 'use an IP literal such as 0.0.0.0, 127.0.0.1 or [::]',
  because: 'the shim takes only IP literals and silently listens on its default otherwise',
  example: { address: 'localhost', variable: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR' },
});

export const BIND_IGNORED = diagnostic('WASM0307', {
  title: 'a listen address the guest does not take',
  found: (d: { source: string; runtime: string }) =>
    `${d.source} listens by itself under ${d.runtime}, which takes no address for it`,
  fix: 'remove `bindAddress` and configure the guest',
  because: 'the guest would go on listening where it likes',
  example: { source: 'services/chat.wasm', runtime: 'wasmedge' },
});

export const LISTEN_VARIABLE = diagnostic('WASM0308', {
  title: 'the listen variable set by hand',
  found: (d: { variable: string }) => `\`environment\` sets ${d.variable}, which follows from the port`,
  fix: 'use `port` and `bindAddress`',
  because: "Service, probes and policies would lead to another port than the listener's",
  example: { variable: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR' },
});

export const NO_POD_NETWORK = diagnostic('WASM0309', {
  title: 'a service where pods have no network',
  found: (d: { runtime: string; note: string }) => `${d.runtime} cannot back a Service: ${d.note}`,
  fix: 'use WasmJob, or a pool with runtime wasmtime',
  because: 'no Service, probe, policy or mesh can reach the pod',
  example: { runtime: 'krustlet', note: 'pods have no address of their own' },
});

export const SERVES_FOR_EVER = diagnostic('WASM0310', {
  title: 'a server as a job',
  found: (d: { source: string; payload: string }) => `${d.source} is a ${d.payload}, which serves and never ends`,
  fix: 'use WasmMicroservice',
  because: 'the Job would never complete',
  example: { source: 'services/cart.wasm', payload: 'component:http' },
});

export const EXEC_PROBE = diagnostic('WASM0312', {
  title: 'an exec probe on a runtime that cannot exec',
  found: (d: { probe: string; runtime: string }) => `the ${d.probe} probe runs a command, which ${d.runtime} cannot`,
  fix: 'use Probe.http() or Probe.tcp()',
  because: 'the kubelet takes the failed exec for "unknown": liveness never restarts, startup waits for ever',
  example: { probe: 'liveness', runtime: 'wasmtime' },
});

export const GRPC_PROBE = diagnostic('WASM0313', {
  title: 'a grpc probe on a guest that speaks none',
  found: (d: { probe: string; source: string; note: string }) =>
    `the ${d.probe} probe speaks gRPC, and ${d.source} does not: ${d.note}`,
  fix: 'use Probe.http() or Probe.tcp()',
  because: 'the probe always fails: the pod is never Ready, or restarted for ever',
  example: { probe: 'readiness', source: 'services/cart.wasm', note: 'HTTP/1.1 only' },
});

export const PROBES_IGNORED = diagnostic('WASM0314', {
  title: 'a probe nobody asks',
  found: (d: { probe: string; runtime: string }) => `${d.runtime} ignores the ${d.probe} probe`,
  fix: 'remove it',
  because: 'a pod would count as healthy that is not',
  example: { probe: 'readiness', runtime: 'krustlet' },
});

export const PROBE_PORT = diagnostic('WASM0315', {
  title: 'a probe of a port nothing listens on',
  found: (d: { probe: string; port: number; ports: readonly number[] }) =>
    `the ${d.probe} probe asks port ${d.port}, and the pod listens on ${d.ports.length === 0 ? 'none' : d.ports.join(', ')}`,
  fix: 'leave out the port of the probe',
  because: 'the probe always fails',
  example: { probe: 'readiness', port: 9090, ports: [8080] },
});

export const PROBE_NUMBER = diagnostic('WASM0316', {
  title: 'a probe with a number out of range',
  found: (d: { probe: string; what: string; value: number; rule: string }) =>
    `${d.what} of the ${d.probe} probe is ${d.value}`,
  fix: (d) => d.rule,
  because: 'the API server refuses the pod',
  example: { probe: 'readiness', what: '`period`', value: 0, rule: 'use whole seconds, at least 1' },
});

export const AUTOSCALING_BLIND = diagnostic('WASM0317', {
  title: 'autoscaling on a runtime that reports no metrics',
  found: (d: { runtime: string; note: string }) => `${d.runtime} gives an autoscaler nothing to see: ${d.note}`,
  fix: 'remove `autoscaling`',
  because: 'the HorizontalPodAutoscaler would stay at "unknown" and never scale',
  example: { runtime: 'krustlet', note: 'neither enforced nor reported' },
});

export const AUTOSCALING_RANGE = diagnostic('WASM0318', {
  title: 'an autoscaler that cannot scale',
  found: (d: { what: string }) => `\`autoscaling\` has ${d.what}`,
  fix: 'use 1 ≤ `minReplicas` ≤ `maxReplicas` and a target from 1 to 100 percent of the request',
  because: 'the API server refuses it, or it never moves',
  example: { what: 'minReplicas 5 above maxReplicas 3' },
});

export const REPLICAS_TWICE = diagnostic('WASM0319', {
  title: 'replicas and an autoscaler',
  found: (d: { replicas: number }) => `\`replicas\` is ${d.replicas} and the service is autoscaled`,
  fix: 'remove `replicas` and use `minReplicas` of `autoscaling`',
  because: 'every apply would undo what the autoscaler did',
  example: { replicas: 3 },
});

export const SIDECAR_UNSUPPORTED = diagnostic('WASM0320', {
  title: 'a sidecar where none can run',
  found: (d: { sidecar: string; runtime: string; note: string }) =>
    `${d.runtime} runs no sidecars (${d.sidecar}): ${d.note}`,
  fix: 'remove it, or use another runtime',
  because: 'the pod fails',
  example: { sidecar: 'proxy', runtime: 'krustlet', note: 'only Wasm layers are pulled' },
});

export const SIDECAR_ENVIRONMENT = diagnostic('WASM0321', {
  title: 'environment for a sidecar that does not get it',
  found: (d: { sidecar: string; runtime: string; names: readonly string[] }) =>
    `sidecar ${d.sidecar} is given ${d.names.join(', ')}, and containers beside a guest of ${d.runtime} get no environment`,
  fix: 'pass them by `args` or `files`, or start it with `command: [/bin/env, NAME=value, PROGRAM]`',
  because: 'it would run with the environment of containerd on the node instead, secrets of the node included',
  example: { sidecar: 'proxy', runtime: 'wasmtime', names: ['LOG_LEVEL'] },
});

export const SIDECAR_IMAGE = diagnostic('WASM0322', {
  title: "a sidecar's image that is not pinned",
  found: (d: { sidecar: string; image: string }) => `sidecar ${d.sidecar} runs ${d.image}, which can change`,
  fix: 'pin it as NAME@sha256:…',
  because: 'what was reviewed is not what runs after the next push',
  example: { sidecar: 'proxy', image: 'envoyproxy/envoy:v1.40.0' },
});

export const FILES_INVISIBLE = diagnostic('WASM0323', {
  title: 'files the guest cannot see',
  found: (d: { source: string; path: string; runtime: string; note: string }) =>
    `${d.path} is mounted, and ${d.source} does not see files under ${d.runtime}: ${d.note}`,
  fix: 'use `environment` (EnvValue.fromConfigMap, EnvValue.fromSecretValue)',
  because: 'the guest finds nothing and says so nowhere',
  example: {
    source: 'services/cart.wasm',
    path: '/etc/cart',
    runtime: 'wasmtime',
    note: 'a proxy has no preopened directory',
  },
});

export const FILES_PATH = diagnostic('WASM0324', {
  title: 'a mount path that is wrong',
  found: (d: { path: string; rule: string }) => `mount path "${d.path}" is wrong: ${d.rule}`,
  fix: 'correct it where `files` are given',
  because: 'the API server refuses the pod, or one mount hides the other',
  example: { path: 'etc/cart', rule: 'it has to begin with /' },
});

export const ARGS_IGNORED = diagnostic('WASM0325', {
  title: 'arguments the guest does not get',
  found: (d: { source: string; runtime: string; note: string }) =>
    `${d.source} is given \`args\`, which it does not get under ${d.runtime}: ${d.note}`,
  fix: 'use `environment`',
  because: 'the guest would run without them',
  example: { source: 'services/cart.wasm', runtime: 'wasmtime', note: 'a proxy has no arguments' },
});

export const ENVIRONMENT_IGNORED = diagnostic('WASM0326', {
  title: 'environment the guest does not get',
  found: (d: { source: string; runtime: string; names: readonly string[]; note: string }) =>
    `${d.source} is given ${d.names.join(', ')}, and gets no environment under ${d.runtime}: ${d.note}`,
  fix: 'use another runtime, or `args`',
  because: 'the guest would run without them',
  example: { source: 'services/cart.wasm', runtime: 'crun-wasmer', names: ['LOG_LEVEL'], note: 'not passed' },
});

export const READ_ONLY_ROOT = diagnostic('WASM0327', {
  title: 'a read-only root under a runtime that writes to it',
  found: (d: { runtime: string; note: string }) => `\`readOnlyRootFilesystem\` is set, and ${d.runtime} ${d.note}`,
  fix: 'leave it out',
  because: 'the shim fails when the container starts',
  example: { runtime: 'spin', note: 'writes /spin.json, /.spin and /.cache' },
});

export const ENVIRONMENT_NAME = diagnostic('WASM0328', {
  title: 'an environment variable whose name is none',
  found: (d: { name: string }) => `"${d.name}" cannot name an environment variable`,
  fix: 'use letters, digits, _, - and ., not starting with a digit',
  because: 'the API server refuses the pod',
  example: { name: '1ST' },
});

export const MEMORY_LIMIT = diagnostic('WASM0329', {
  title: 'a memory limit in which the guest cannot start',
  found: (d: { source: string; format: string; limit: number; least: number; note: string }) =>
    `${d.source} as ${d.format} needs about ${d.least} MiB, and \`memoryLimit\` is ${d.limit} MiB`,
  fix: 'raise it, or leave it out',
  because: 'killed while it is compiled, and reported as "Error" with exit code 137, not as OOMKilled',
  example: {
    source: 'services/gateway.wasm',
    format: 'image',
    limit: 256,
    least: 318,
    note: 'compiled inside the limit',
  },
});

export const RESOURCE_ORDER = diagnostic('WASM0330', {
  title: 'a request above its limit',
  found: (d: { what: string }) => `${d.what}`,
  fix: 'lower the request or raise the limit',
  because: 'the API server refuses the pod',
  example: { what: '`memoryRequest` of 128Mi is above `memoryLimit` of 64Mi' },
});

export const NODE_SELECTOR_CONFLICT = diagnostic('WASM0331', {
  title: 'a node selector against the RuntimeClass',
  found: (d: { key: string; pod: string; runtimeClass: string; value: string }) =>
    `\`nodeSelector\` asks for ${d.key}=${d.pod}, and RuntimeClass ${d.runtimeClass} for ${d.key}=${d.value}`,
  fix: 'remove it; the pool places its pods',
  because: 'the API server forbids the pod: the Deployment exists and never gets one',
  example: { key: 'kubernetes.io/arch', pod: 'arm64', runtimeClass: 'wasmtime-edge', value: 'amd64' },
});

export const GRACE_PERIOD = diagnostic('WASM0332', {
  title: 'a grace period that ends before the pod stops serving',
  found: (d: { grace: number; sleep: number }) =>
    `\`gracePeriod\` is ${d.grace} s and the pod sleeps ${d.sleep} s before it stops`,
  fix: 'raise `gracePeriod` or shorten `drainDelay`',
  because: 'the API server refuses a sleep that is not shorter than the grace period',
  example: { grace: 3, sleep: 3 },
});

export const KUBERNETES_TOO_OLD = diagnostic('WASM0333', {
  title: 'a cluster older than what the pod needs',
  found: (d: { feature: string; needs: string; has: string }) =>
    `${d.feature} needs Kubernetes ${d.needs}, and the pool says ${d.has}`,
  fix: 'upgrade, or leave the feature out (`drainDelay: Duration.seconds(0)`, no `sidecars`)',
  because: 'older API servers drop or refuse the field',
  example: { feature: 'preStop.sleep', needs: '1.30', has: '1.28' },
});

export const CONTAINERD_TOO_OLD = diagnostic('WASM0334', {
  title: 'a containerd older than what the image needs',
  found: (d: { source: string; format: string; needs: string; has: string }) =>
    `${d.source} as ${d.format} needs containerd ${d.needs}, and the pool says ${d.has}`,
  fix: 'upgrade, or set `format` to ImageFormat.IMAGE',
  because: 'the pull fails: "mismatched image rootfs and manifest layers"',
  example: { source: 'services/cart.wasm', format: 'artifact', needs: '1.6.25', has: '1.6.20' },
});

export const REPLICAS = diagnostic('WASM0335', {
  title: 'a number of replicas that is none',
  found: (d: { replicas: number }) => `\`replicas\` is ${d.replicas}`,
  fix: 'use a whole number, 0 or more',
  because: 'the API server refuses it',
  example: { replicas: -1 },
});

export const FORMAT_CHOICE = diagnostic('WASM0336', {
  title: 'a format the image is not available in, or the runtime does not take',
  found: (d: { source: string; format: string; possible: readonly string[] }) =>
    `\`format\` is ${d.format}, and ${d.source} runs here as ${d.possible.join(', ')}`,
  fix: 'choose one of these, or leave it out',
  because: 'the node pulls the image and cannot start it',
  example: { source: 'services/cart.wasm', format: 'spin', possible: ['artifact', 'image'] },
});

export const COMMAND_SUFFIX = diagnostic('WASM0337', {
  title: 'a command the runtime takes for a Linux program',
  found: (d: { command: string; suffix: string; runtime: string }) =>
    `\`command\` is ${d.command}, and ${d.runtime} runs what ends in ${d.suffix}`,
  fix: 'name the module in `command`',
  because: '"exec format error" when the container starts',
  example: { command: '/app', suffix: '.wasm', runtime: 'crun-wasmedge' },
});

export const EMPTY_DIR = diagnostic('WASM0338', {
  title: 'an emptyDir where none can be mounted',
  found: (d: { path: string; runtime: string; note: string }) =>
    `${d.path} is an emptyDir, which ${d.runtime} cannot mount: ${d.note}`,
  fix: 'remove it',
  because: 'the pod fails',
  example: { path: '/tmp', runtime: 'krustlet', note: 'the pod fails' },
});

export const CALL_WITHOUT_PORT = diagnostic('WASM0340', {
  title: 'a call to something that does not listen',
  found: (d: { callee: string }) => `it calls ${d.callee}, which has no port`,
  fix: (d) => `set \`port\` of ${d.callee}, or remove the call`,
  because: 'the address would lead nowhere',
  example: { callee: 'shop/worker' },
});

export const CALL_UNABLE = diagnostic('WASM0353', {
  title: 'a call from a guest that cannot connect',
  found: (d: { source: string; payload: string; runtime: string; note: string; callees: readonly string[] }) =>
    `it calls ${d.callees.join(', ')}, and ${d.source}, a ${d.payload}, cannot connect to anything under ${d.runtime}: ${d.note}`,
  fix: 'build it as a component, which can; or remove the call',
  because: 'the guest gets a URL that it can do nothing with',
  example: {
    source: 'services/report.wasm',
    payload: 'module:p1',
    runtime: 'wasmtime',
    note: 'WASI preview 1 has no call that opens a connection',
    callees: ['shop/cart'],
  },
});

export const CALL_VARIABLE = diagnostic('WASM0341', {
  title: 'two values for one environment variable',
  found: (d: { name: string; others: readonly string[] }) => `${d.name} is set by ${d.others.join(' and by ')}`,
  fix: 'give calls() another `variable`',
  because: 'one would silently win',
  example: { name: 'CART_URL', others: ['calls(shop/cart)', 'environment'] },
});

export const CALL_NAMESPACE = diagnostic('WASM0342', {
  title: 'a call between charts of which one has no namespace',
  found: (d: { caller: string; callee: string }) =>
    `${d.caller} calls ${d.callee}, and only one of their charts says its namespace`,
  fix: 'set `namespace` of both charts',
  because: 'the address depends on where each is applied',
  example: { caller: 'shop/gateway', callee: 'stock/inventory' },
});

export const SCHEDULE = diagnostic('WASM0343', {
  title: 'a schedule that is none',
  found: (d: { schedule: string; rule: string }) => `"${d.schedule}" is not a schedule: ${d.rule}`,
  fix: 'write it as minute hour day month weekday, such as "*/15 * * * *", or @hourly',
  because: 'the API server refuses the CronJob',
  example: { schedule: 'every day', rule: 'it needs five fields' },
});

export const JOB_NUMBER = diagnostic('WASM0344', {
  title: 'a job with a number out of range',
  found: (d: { what: string; value: number }) => `${d.what} is ${d.value}`,
  fix: 'use a whole number, 0 or more',
  because: 'the API server refuses the Job',
  example: { what: '`retries`', value: -1 },
});

export const APPLICATION_OPTIONS = diagnostic('WASM0345', {
  title: 'application options for a runtime without applications',
  found: (d: { runtime: string }) => `\`application\` is set, and ${d.runtime} runs no applications`,
  fix: 'remove it, or use a pool with runtime spin',
  because: 'variables, stores and components would be ignored',
  example: { runtime: 'wasmtime' },
});

export const TELEMETRY_IGNORED = diagnostic('WASM0346', {
  title: 'telemetry the runtime does not read from the pod',
  found: (d: { runtime: string; note: string }) =>
    `\`otlpEndpoint\` is set, and ${d.runtime} does not read it from the pod: ${d.note}`,
  fix: 'set it in the environment of containerd on the nodes, or remove it',
  because: 'no trace would ever arrive',
  example: { runtime: 'wasmtime', note: 'OTEL_* is read from the environment of containerd' },
});

export const ISOLATED_INGRESS = diagnostic('WASM0347', {
  severity: 'warning',
  title: 'an Ingress to a service that only its callers may reach',
  found: (d: { callers: readonly string[] }) =>
    `an Ingress leads to it, and its network policy admits only ${d.callers.join(', ')}`,
  fix: 'admit the ingress controller with allowIngressFrom()',
  because: 'requests from outside would time out',
  example: { callers: ['shop/gateway'] },
});

export const PULL_SECRET_NAME = diagnostic('WASM0348', {
  title: 'an object reference without a name',
  found: (d: { what: string }) => `${d.what} has an empty name`,
  fix: 'refer to an object that exists',
  because: 'the kubelet cannot find it and the pod waits',
  example: { what: '`imagePullSecrets`' },
});

export const USER_ROOT = diagnostic('WASM0349', {
  title: 'root in a guest',
  found: (d: { user: number }) => `\`user\` is ${d.user}`,
  fix: 'use a number above 0',
  because: 'the engine runs with the user of the guest: root keeps what root may, and Pod Security refuses it',
  example: { user: 0 },
});

export const CALL_ACROSS_MESHES = diagnostic('WASM0350', {
  title: 'a call into or out of a mesh',
  found: (d: { caller: string; callerMesh: string; callee: string; calleeMesh: string }) =>
    `${d.caller} (${d.callerMesh}) calls ${d.callee} (${d.calleeMesh})`,
  fix: 'put both into one `mesh`',
  because:
    'a service of a mesh admits only identities of its mesh, and its sidecar trusts no other: every request fails',
  example: { caller: 'shop/gateway', callerMesh: 'shop/mesh', callee: 'shop/cart', calleeMesh: 'no mesh' },
});

export const CALL_NEEDS_MESH = diagnostic('WASM0351', {
  title: 'a condition on a call that nobody enforces',
  found: (d: { callee: string; options: readonly string[] }) =>
    `calls(${d.callee}) sets ${d.options.map((option) => `\`${option}\``).join(' and ')}, and there is no mesh`,
  fix: 'give both services a `mesh`, or leave it out',
  because: 'network policies know addresses and ports, neither methods nor time',
  example: { callee: 'shop/cart', options: ['methods'] },
});

export const MESH_DECIDES = diagnostic('WASM0352', {
  title: 'something the mesh decides',
  found: (d: { props: readonly string[] }) => `${d.props.map((prop) => `\`${prop}\``).join(' and ')} set in a mesh`,
  fix: 'leave it out: the guest listens where only its sidecar reaches it, and the sidecar is asked how it is',
  because: 'a guest that listens elsewhere is reachable without identity, and the kubelet cannot ask one on loopback',
  example: { props: ['port', 'readiness'] },
});
