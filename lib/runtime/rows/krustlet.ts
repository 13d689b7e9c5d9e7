import { inferred, read, reading } from '../fact';
import type { RuntimeFacts } from '../runtime-facts';
import { ImageFormat, WasmPayload } from '../vocabulary';
import { RUNWASI_MODULE, RUNWASI_RELATIVE } from './runwasi';

const SOURCE = 'krustlet crates/kubelet and crates/wasi-provider';
const yes = (note: string) => read(true, note, SOURCE);
const no = (note: string) => read(false, note, SOURCE);

/** Krustlet: a kubelet for WebAssembly, unmaintained since 2023. Kept for those who still have it. */
export const krustlet: RuntimeFacts = {
  ...RUNWASI_RELATIVE,
  name: 'krustlet',
  handler: undefined,
  shim: undefined,
  ownNodes: {
    nodeSelector: { 'kubernetes.io/arch': 'wasm32-wasi' },
    tolerated: { 'kubernetes.io/arch': 'wasm32-wasi', 'node.kubernetes.io/network-unavailable': '' },
    releaseUntil: read(
      '1.22',
      'v1.0.0-alpha.1 asks for certificates by certificates.k8s.io/v1beta1',
      'krustlet issue 699',
    ),
    sourceFrom: read('1.19', 'the main branch asks by certificates.k8s.io/v1', 'krustlet pull request 671'),
    evidence: reading('registers its own Node with both arch taints', SOURCE),
  },
  legacy: read(
    'WasmRuntime.WASMTIME',
    'unmaintained since October 2023, built on the API of Kubernetes 1.22',
    'krustlet README.md',
  ),
  guests: {
    [WasmPayload.MODULE]: {
      ...inferred(RUNWASI_MODULE),
      formats: [ImageFormat.WASM_TO_OCI],
      environment: yes('passed, also from ConfigMap, Secret and field; what is missing becomes an empty text'),
      volumes: yes('ConfigMap, Secret, hostPath, projected and CSI volumes'),
      logs: yes('stdout and stderr'),
      args: read(true, 'passed without argv[0]; `command` is ignored', SOURCE),
      sigterm: read('ignored', 'the module is stopped by its host', SOURCE),
      artifactMemory: undefined,
      imageMemory: undefined,
    },
  },
  commands: {},
  lowestPort: read(1024, 'a non-root user needs NET_BIND_SERVICE below', 'Linux capabilities(7)'),
  podNetwork: read(false, 'pods have no address of their own', 'krustlet issue 293'),
  exec: no('the kubelet answers 501'),
  probes: no('ready means running'),
  limits: no('neither enforced nor reported'),
  sidecars: no('only Wasm layers are pulled'),
  sidecarEnvironment: no('only Wasm layers are pulled'),
  shareProcessNamespace: no('there are no processes'),
  hostUsers: no('security contexts are not applied'),
  terminal: no('the kubelet answers 501'),
  inPlaceResize: no('neither enforced nor reported'),
  podTelemetry: no('the engine has none'),
  compileSecondsPerMiB: read(RUNWASI_RELATIVE.compileSecondsPerMiB.value, 'as under the shims of runwasi', SOURCE),
  emptyDir: no('the pod fails'),
  readOnlyRootFilesystem: read(true, 'the accessor exists and is not applied', SOURCE),
  dropAllKeepsAll: no('security contexts are not applied'),
  aotCache: no('interpreted or compiled at every start'),
  overheadMiB: undefined,
  minimumContainerd: {},
};
