import { diagnostic } from './diagnostic';

export const PAYLOAD_NOT_RUN = diagnostic('WASM0501', {
  title: 'a payload the runtime does not run',
  found: (d: {
    source: string;
    payload: string;
    runtime: string;
    runs: readonly string[];
    others: readonly string[];
  }) => `${d.source} is a ${d.payload}, and ${d.runtime} runs ${d.runs.join(', ')}`,
  fix: (d) =>
    d.others.length === 0
      ? 'build it for one of these'
      : `put it on a pool with runtime ${d.others.join(' or ')}, or build it for one of these`,
  because: 'the shim refuses the bytes when the container starts, and the pod crashes for ever',
  example: {
    source: 'services/cart.wasm',
    payload: 'component:http',
    runtime: 'wasmedge',
    runs: ['module:p1'],
    others: ['wasmtime', 'spin'],
  },
});

export const FORMAT_NOT_TAKEN = diagnostic('WASM0502', {
  title: 'an image format the runtime does not take',
  found: (d: { source: string; has: readonly string[]; runtime: string; takes: readonly string[] }) =>
    `${d.source} is available as ${d.has.join(', ')}, and ${d.runtime} takes ${d.takes.join(', ')}`,
  fix: 'publish it in one of the formats the runtime takes, or use another runtime',
  because: 'the node pulls the image and cannot start it',
  example: { source: 'ghcr.io/acme/cart@sha256:…', has: ['artifact'], runtime: 'crun-wasmedge', takes: ['image'] },
});

export const SHIM_NAME = diagnostic('WASM0503', {
  title: 'a shim name that containerd cannot derive a runtime type from',
  found: (d: { binary: string }) => `"${d.binary}" is not a shim that exists or could exist`,
  fix: (d) =>
    d.binary === 'containerd-shim-wasm-v2'
      ? 'use WasmRuntime.WASMTIME (containerd-shim-wasmtime-v1) or WasmRuntime.SPIN (containerd-shim-spin-v2)'
      : 'name it containerd-shim-NAME-vN',
  because: 'containerd derives the binary from the last two parts of the runtime type',
  example: { binary: 'containerd-shim-wasm-v2' },
});

export const HANDLER_NAME = diagnostic('WASM0504', {
  title: 'a handler that is not a DNS label',
  found: (d: { handler: string }) => `"${d.handler}" cannot be a RuntimeClass handler`,
  fix: 'use at most 63 of a-z, 0-9 and -, starting and ending with a letter or digit',
  because: 'the API server refuses the RuntimeClass',
  example: { handler: 'Wasm_Time' },
});

export const CUSTOM_WITHOUT_PAYLOAD = diagnostic('WASM0505', {
  title: 'a custom runtime that runs nothing its base knows',
  found: (d: { runtime: string; payload: string; base: string }) =>
    `${d.runtime} says it runs ${d.payload}, of which ${d.base} knows nothing`,
  fix: 'choose a base with `basedOn` that runs this payload',
  because: 'ports, arguments and memory of a payload come from the base',
  example: { runtime: 'acme', payload: 'spin', base: 'wasmtime' },
});

export const EXTENSION_NOT_PROVIDED = diagnostic('WASM0506', {
  title: 'a host interface the runtime does not provide',
  found: (d: { source: string; missing: readonly string[]; runtime: string; others: readonly string[] }) =>
    `${d.source} imports ${d.missing.join(', ')}, which ${d.runtime} does not provide`,
  fix: (d) =>
    d.others.length === 0
      ? 'build it without'
      : `put it on a pool with runtime ${d.others.join(' or ')}, or build it without`,
  because: 'the engine cannot link the module: the container ends at once with an error that names no cause',
  example: { source: 'services/chat.wasm', missing: ['wasmedge-sockets'], runtime: 'wasmtime', others: ['wasmedge'] },
});
