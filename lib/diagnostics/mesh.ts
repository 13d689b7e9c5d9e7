import { diagnostic } from './diagnostic';

export const MESH_WITHOUT_SIDECARS = diagnostic('WASM0601', {
  title: 'a mesh where no sidecar can run',
  found: (d: { runtime: string; note: string }) => `${d.runtime} runs no sidecars: ${d.note}`,
  fix: 'leave `mesh` out, or use a pool with runtime wasmtime',
  because: 'the mesh is a sidecar in each pod; the pod would fail',
  example: { runtime: 'krustlet', note: 'only Wasm layers are pulled' },
});

export const GUEST_NOT_MOVABLE = diagnostic('WASM0602', {
  title: 'a guest in a mesh that listens where it likes',
  found: (d: { service: string; runtime: string }) =>
    `${d.service} listens by itself under ${d.runtime}, and cannot be told to stay on loopback`,
  fix: 'leave `mesh` out, or build it as a wasi:http component for a pool with runtime wasmtime',
  because: 'its port would be reachable beside the sidecar, without identity and in plain text',
  example: { service: 'shop/chat', runtime: 'wasmedge' },
});

export const MESH_NAMESPACE = diagnostic('WASM0603', {
  title: 'a member of a mesh without a namespace',
  found: (d: { service: string }) => `the chart of ${d.service} says no namespace`,
  fix: 'set `namespace` of the chart',
  because: 'the namespace is part of the identity and of the address other members call',
  example: { service: 'shop/cart' },
});

export const MESH_PORT_CLASH = diagnostic('WASM0604', {
  title: 'a port that the mesh needs',
  found: (d: { service: string; port: number; use: string }) =>
    `a container of ${d.service} takes port ${d.port}, ${d.use}`,
  fix: 'give it another port in `ports` of the sidecar',
  because: 'containers of a pod share one network: one of the two cannot start',
  example: { service: 'shop/cart', port: 15021, use: 'where the mesh is asked for its health' },
});

export const MESH_KUBERNETES = diagnostic('WASM0605', {
  title: 'a mesh on a cluster without native sidecars',
  found: (d: { needs: string; has: string }) => `the mesh needs Kubernetes ${d.needs}, and the pool says ${d.has}`,
  fix: 'upgrade, or leave `mesh` out',
  because: 'an ordinary sidecar starts after the guest needs it, and keeps jobs from ending',
  example: { needs: '1.29', has: '1.28' },
});

export const TRUST_DOMAIN = diagnostic('WASM0606', {
  title: 'a trust domain that is none',
  found: (d: { trustDomain: string }) => `\`trustDomain\` is "${d.trustDomain}"`,
  fix: 'use a name of a-z, 0-9, ., - and _, such as shop.example',
  because: 'it is the authority of every SPIFFE ID; certificates with another form are refused',
  example: { trustDomain: 'https://shop.example/' },
});

export const PROXY_IMAGE = diagnostic('WASM0607', {
  title: 'an image of the proxy that is not pinned',
  found: (d: { image: string }) => `the mesh runs ${d.image}, which can change`,
  fix: 'pin `image` of MeshMode.envoy() as NAME@sha256:…',
  because: 'every request of every service passes it',
  example: { image: 'envoyproxy/envoy:v1.39.1' },
});

export const CALL_METHOD = diagnostic('WASM0608', {
  title: 'an HTTP method that is none',
  found: (d: { callee: string; method: string }) => `calls(${d.callee}) names method "${d.method}"`,
  fix: 'write `methods` in capitals, such as GET',
  because: 'methods are compared letter by letter: nothing would ever match',
  example: { callee: 'shop/cart', method: 'get' },
});

export const MESH_CONFIGURATION = diagnostic('WASM0609', {
  title: 'a configuration the proxy would misunderstand',
  found: (d: { service: string; problem: string }) => `the proxy of ${d.service}: ${d.problem}`,
  fix: 'change the calls or ports that lead to it',
  because: 'the proxy accepts it and fails later, some of it without a word',
  example: { service: 'shop/cart', problem: 'listeners inbound and stats share port 15090' },
});

export const CALL_TIMEOUT = diagnostic('WASM0610', {
  title: 'a call that may take no time',
  found: (d: { callee: string; milliseconds: number }) => `calls(${d.callee}) sets \`timeout\` to ${d.milliseconds} ms`,
  fix: 'set at least 1 ms, or leave it out',
  because: 'the proxy counts whole milliseconds and takes none for no limit: the call could wait for ever',
  example: { callee: 'shop/cart', milliseconds: 0 },
});

export const CERTIFICATE_DURATION = diagnostic('WASM0611', {
  title: 'a certificate that cert-manager does not issue',
  found: (d: { what: string }) => d.what,
  fix: 'let `duration` be at least an hour, and `renewBefore` at least 5 minutes and shorter than it',
  because: 'cert-manager refuses the Certificate, and every pod of the mesh waits for its files',
  example: { what: '`duration` is 600 s' },
});
