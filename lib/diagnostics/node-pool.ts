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
