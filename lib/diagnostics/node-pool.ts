import { diagnostic } from './diagnostic';

export const RUNTIME_CLASS_OWNERS = diagnostic('WASM0401', {
  title: 'two owners of one RuntimeClass',
  found: (d: { runtimeClass: string; owner: string }) => `RuntimeClass ${d.runtimeClass} is also owned by ${d.owner}`,
  fix: 'set `runtimeClassName` to a name of its own, or refer to the other with WasmNodePool.fromRuntimeClass()',
  because:
    'the handler of a RuntimeClass is immutable and each owner would undo what the other sets: pods end on nodes without the shim',
  example: { runtimeClass: 'wasmtime', owner: 'k3s' },
});

export const NO_NODES_SELECTED = diagnostic('WASM0402', {
  title: 'a RuntimeClass that selects every node',
  found: (d: { runtimeClass: string }) => `RuntimeClass ${d.runtimeClass} has no node selector`,
  fix: 'give NodeProvisioner.existing() a `nodeSelector`, or leave `readyLabels` to its default',
  because: 'pods would be scheduled to nodes without the shim and stay in ContainerCreating for ever',
  example: { runtimeClass: 'wasmtime-edge' },
});

export const TAINT_SHAPE = diagnostic('WASM0403', {
  title: 'a taint the API server would refuse',
  found: (d: { taint: string; rule: string }) => `taint ${d.taint} is invalid: ${d.rule}`,
  fix: 'correct `taint`',
  because: 'the node pool is refused, or its nodes register without the taint',
  example: {
    taint: 'wasm node=edge:NoSchedule',
    rule: 'a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .',
  },
});

export const NEEDS_CONTAINERD = diagnostic('WASM0404', {
  title: 'a containerd shim on a node without containerd',
  found: (d: { runtime: string; distribution: string; found: string }) =>
    `${d.runtime} is a containerd shim, and nodes of ${d.distribution} run ${d.found}`,
  fix: 'use WasmRuntime.crun() there, or another `distribution`',
  because: 'only containerd starts shims; the handler would never exist',
  example: { runtime: 'wasmtime', distribution: 'OpenShift', found: 'CRI-O; crun carries the Wasm engine' },
});

export const ARCHITECTURE = diagnostic('WASM0405', {
  title: 'an architecture no shim is built for',
  found: (d: { architecture: string }) => `"${d.architecture}" is not an architecture Wasm shims are built for`,
  fix: 'use amd64 or arm64 in `architectures`',
  because: 'nodes of the pool would never get a shim',
  example: { architecture: 'wasm32' },
});

export const DISTRIBUTION_RETIRED = diagnostic('WASM0406', {
  title: 'a platform that was retired',
  found: (d: { distribution: string; since: string }) => `${d.distribution}: ${d.since}`,
  fix: (d: { replacement: string; distribution: string; since: string }) => `use ${d.replacement}`,
  because: 'the provider refuses to make such a pool',
  example: {
    distribution: 'AKS WASI node pools',
    since: 'no new pools since May 2025',
    replacement: 'an ordinary Linux pool',
  },
});

export const LEGACY_RUNTIME = diagnostic('WASM0407', {
  severity: 'warning',
  title: 'a runtime nobody maintains',
  found: (d: { runtime: string; why: string; replacement: string }) => `${d.runtime}: ${d.why}`,
  fix: (d) => `plan the way to ${d.replacement}`,
  because: 'security fixes and new Kubernetes versions do not reach it',
  example: { runtime: 'krustlet', why: 'unmaintained since October 2023', replacement: 'WasmRuntime.WASMTIME' },
});

export const OWN_NODES = diagnostic('WASM0408', {
  title: 'a provisioner for nodes that register themselves',
  found: (d: { runtime: string; api: string }) =>
    `${d.runtime} registers its own nodes, and the pool asks ${d.api} for some`,
  fix: 'use NodeProvisioner.existing()',
  because: 'the nodes that are launched have an ordinary kubelet, on which nothing of this pool runs',
  example: { runtime: 'krustlet', api: 'karpenter.sh/v1' },
});

export const VERSION_SHAPE = diagnostic('WASM0409', {
  title: 'a version that is none',
  found: (d: { prop: string; version: string }) => `\`${d.prop}\` is "${d.version}"`,
  fix: 'write it as 1.30 or 1.30.2',
  because: 'what the nodes can do is judged by it',
  example: { prop: 'kubernetesVersion', version: 'latest' },
});

export const REQUIREMENT_CONFLICT = diagnostic('WASM0410', {
  title: 'a Karpenter requirement the pool sets itself',
  found: (d: { key: string; from: string; prop?: string }) =>
    `\`requirements\` names ${d.key}, which follows from ${d.from}`,
  fix: (d) => (d.prop === undefined ? 'remove it' : `remove it and set ${d.prop}`),
  because: 'two requirements on one key are intersected: in the worst case no instance is left and pods stay Pending',
  example: { key: 'kubernetes.io/arch', from: 'the pool', prop: '`architectures`' },
});

export const KARPENTER_OPTION = diagnostic('WASM0411', {
  title: 'an option Karpenter refuses',
  found: (d: { what: string; rule: string }) => d.what,
  fix: (d) => d.rule,
  because: 'the API server refuses the NodePool, and no node is ever launched',
  example: { what: '`weight` is 0', rule: 'use a whole number from 1 to 100' },
});

export const PROP_IGNORED = diagnostic('WASM0412', {
  title: 'something nobody would do',
  found: (d: { prop: string; why: string }) => `\`${d.prop}\` is set, and ${d.why}`,
  fix: 'remove it',
  because: 'the program would say something that is not so',
  example: { prop: 'labels', why: 'nobody labels nodes that exist already' },
});

export const INSTALLER_RUNTIME = diagnostic('WASM0413', {
  title: 'an installer that has nothing to install',
  found: (d: { installer: string; runtime: string; why: string; instead: string }) =>
    `ShimInstaller.${d.installer}() does nothing for ${d.runtime}: ${d.why}`,
  fix: (d) => `use ${d.instead}`,
  because: 'the nodes would never get what the pool needs, and no pod would ever start there',
  example: {
    installer: 'daemonSet',
    runtime: 'crun-wasmedge',
    why: 'it is an OCI runtime, not a containerd shim',
    instead: 'ShimInstaller.preinstalled() and nodes that have it',
  },
});

export const DISTRIBUTION_UNKNOWN = diagnostic('WASM0414', {
  title: 'nodes that would be changed, and of what kind is not said',
  found: (d: { installer: string }) => `ShimInstaller.${d.installer}() is to change nodes of an unknown kind`,
  fix: 'set `distribution`: Distribution.KUBEADM for nodes with an ordinary /etc/containerd/config.toml',
  because: 'which file configures containerd, and what restarts it, differs; a guess could stop every pod of a node',
  example: { installer: 'daemonSet' },
});

export const DISTRIBUTION_SEALED = diagnostic('WASM0415', {
  title: 'nodes that nothing in the cluster may change',
  found: (d: { distribution: string; why: string; alternative: string }) =>
    `nodes of ${d.distribution} cannot be changed from inside: ${d.why}`,
  fix: (d) => `use ${d.alternative}`,
  because: 'the shim could not be stored or started there, or the next update would undo it',
  example: {
    distribution: 'GKE on Container-Optimized OS',
    why: '/opt is read-only, the rest is noexec',
    alternative: 'Distribution.GKE_UBUNTU, a node pool with the image type UBUNTU_CONTAINERD',
  },
});

export const NO_SYSTEMD = diagnostic('WASM0416', {
  title: 'nodes on which nobody can restart containerd',
  found: (d: { distribution: string }) => `nodes of ${d.distribution} have no systemd that could restart containerd`,
  fix: 'use ShimInstaller.preinstalled() and a node image with the shim in it',
  because: 'containerd reads a new handler only when it starts',
  example: { distribution: 'k3d' },
});

export const SHIM_MISSING = diagnostic('WASM0417', {
  title: 'an architecture of the pool without a shim',
  found: (d: { architecture: string }) => `\`shims\` has none for ${d.architecture}, which nodes of the pool may be`,
  fix: 'add it, or set `architectures` of the pool to those there are shims for',
  because: 'such a node would never become ready, and an autoscaler may launch just those',
  example: { architecture: 'arm64' },
});

export const SHIM_TWICE = diagnostic('WASM0418', {
  title: 'two shims for one architecture',
  found: (d: { architecture: string; count: number }) => `\`shims\` has ${d.count} for ${d.architecture}`,
  fix: 'keep one',
  because: 'a node has one binary behind a handler',
  example: { architecture: 'amd64', count: 2 },
});

export const SHIM_SOURCE = diagnostic('WASM0419', {
  title: 'a shim that could not be fetched or checked',
  found: (d: { architecture: string; field: string; value: string; rule: string }) =>
    `\`${d.field}\` of the shim for ${d.architecture} is "${d.value}"`,
  fix: (d) => d.rule,
  because: 'what is downloaded runs as root on every node: it is used only when its digest is the one given here',
  example: {
    architecture: 'amd64',
    field: 'sha256',
    value: 'latest',
    rule: 'use the 64 hexadecimal digits that sha256sum prints for the file',
  },
});

export const AGENT_IMAGE = diagnostic('WASM0420', {
  title: 'an image of the node agent that is not pinned',
  found: (d: { image: string }) => `\`image\` of the installer is ${d.image}, which can become another`,
  fix: 'write it with its digest, as name@sha256: and 64 hexadecimal digits',
  because: 'it runs as root on every node of the pool',
  example: { image: 'node:24-alpine' },
});

export const RUNTIME_PATH = diagnostic('WASM0421', {
  title: 'a containerd that cannot be told where a shim is',
  found: (d: { needs: string; has: string }) =>
    `containerd ${d.needs} starts a shim by its path, and the pool says ${d.has}`,
  fix: 'upgrade, or use ShimInstaller.preinstalled() with the shim on the PATH of containerd',
  because: 'an older one ignores the path and finds no shim: pods stay in ContainerCreating',
  example: { needs: '1.7.1 or 2.0', has: '1.6.33' },
});

export const INSTALL_DIRECTORY = diagnostic('WASM0422', {
  title: 'a directory that shims cannot be kept in',
  found: (d: { directory: string }) => `\`installDirectory\` is "${d.directory}"`,
  fix: 'use an absolute path of two parts or more, such as /opt/acme-wasm, of letters, digits, ., _ and -',
  because: 'the installer is given the whole directory, and should be given no more than its own',
  example: { directory: '/opt' },
});

export const INSTALLER_NODES = diagnostic('WASM0423', {
  title: 'an installer that would go to every node',
  found: (d: { installer: string }) =>
    `ShimInstaller.${d.installer}() cannot tell the nodes of the pool from others before they have their shim`,
  fix: 'give NodeProvisioner.existing() a `nodeSelector` with labels that the nodes carry already',
  because: 'containerd would be restarted on all nodes of the cluster',
  example: { installer: 'daemonSet' },
});

export const KRUSTLET_KUBERNETES = diagnostic('WASM0424', {
  title: 'a Kubernetes that Krustlet cannot join',
  found: (d: { build: string; range: string; version: string; fix: string }) =>
    `${d.build} of Krustlet joins Kubernetes ${d.range}, and the pool says ${d.version}`,
  fix: (d) => d.fix,
  because: 'its requests for certificates are of an API that the server does not have, and the node never appears',
  example: {
    build: 'the last release',
    range: 'before 1.22',
    version: '1.33',
    fix: 'build it from its source and set `builtFromSource`',
  },
});

export const BOOTSTRAP_TOKEN = diagnostic('WASM0425', {
  title: 'a bootstrap token the API server would not know',
  found: (d: { field: string; rule: string }) => `\`${d.field}\` of the bootstrap token is not valid`,
  fix: (d) => d.rule,
  because: 'the API server passes over such a Secret without a word, and Krustlet cannot ask for its certificate',
  example: { field: 'id', rule: 'use 6 characters of a-z and 0-9' },
});
