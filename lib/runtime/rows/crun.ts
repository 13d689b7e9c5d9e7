import { inferred, observed, REAL_NODE, read, reading } from '../fact';
import type { GuestFacts, RuntimeFacts } from '../runtime-facts';
import { ImageFormat, WasmPayload } from '../vocabulary';
import { COMPILED_INSIDE, RUNWASI_MODULE, RUNWASI_RELATIVE } from './runwasi';

/** The engine a crun was built with: exactly one. */
export enum CrunEngine {
  WASMEDGE = 'wasmedge',
  WASMTIME = 'wasmtime',
  WASMER = 'wasmer',
  WAMR = 'wamr',
}

const SOURCE = 'crun src/libcrun/handlers';
const yes = (note: string) => read(true, note, SOURCE);
const no = (note: string) => read(false, note, SOURCE);

const { baseMiB, perModuleMiB, leastPerModuleMiB } = COMPILED_INSIDE;
const MEMORY = { baseMiB, perModuleMiB, leastPerModuleMiB };

/** What differs between the engines. */
const ENGINES: {
  readonly [engine in CrunEngine]: Pick<GuestFacts, 'extensions' | 'listens' | 'connects' | 'environment' | 'volumes'>;
} = {
  wasmedge: {
    extensions: ['wasmedge-sockets', 'wasi-nn'],
    listens: yes('through its sock_* extension'),
    connects: yes('through its sock_* extension'),
    environment: yes('passed'),
    volumes: yes('/ is preopened'),
  },
  wasmtime: {
    extensions: [],
    listens: no('no network'),
    connects: no('no network'),
    environment: yes('passed'),
    volumes: no('only . is preopened'),
  },
  wasmer: {
    extensions: [],
    listens: no('no network'),
    connects: no('no network'),
    environment: no('not passed'),
    volumes: no('nothing is preopened'),
  },
  wamr: {
    extensions: [],
    listens: yes('all addresses'),
    connects: yes('all addresses'),
    environment: yes('passed'),
    volumes: yes('/ is preopened'),
  },
};

/** crun with a Wasm handler: core modules in root filesystems, and an OCI runtime like any other beside them. */
export const crun = (engine: CrunEngine): RuntimeFacts => ({
  ...RUNWASI_RELATIVE,
  lowestPort: read(1024, 'a non-root user needs NET_BIND_SERVICE below', 'Linux capabilities(7)'),
  name: `crun-${engine}`,
  handler: 'crun',
  shim: { binary: 'crun', runtimeType: 'io.containerd.runc.v2', needsContainerd: false },
  guests: {
    [WasmPayload.MODULE]: {
      ...inferred(RUNWASI_MODULE),
      ...ENGINES[engine],
      formats: [ImageFormat.IMAGE],
      args: yes('passed'),
      logs: yes('stdout and stderr'),
      grpc: ENGINES[engine].listens,
      sigterm: read('guest', 'delivered to the engine like to any process', SOURCE),
      artifactMemory: undefined,
      imageMemory: { ...MEMORY, ...reading('as under the shims of runwasi, which compile in the same place', SOURCE) },
    },
  },
  commands: {},
  commandSuffix: read('.wasm', 'compat-smart looks at the end of argv[0]', `${SOURCE}/handler-utils.c`),
  // Plain `compat` would take every container of the pod for WebAssembly, sidecars too.
  podAnnotations: { 'module.wasm.image/variant': 'compat-smart' },
  podNetwork: yes('ordinary OCI runtime'),
  probes: yes('httpGet and tcpSocket are asked by the kubelet over the network'),
  limits: yes('ordinary OCI feature'),
  sidecars: yes('compat-smart leaves Linux containers alone'),
  emptyDir: yes('ordinary OCI feature'),
  readOnlyRootFilesystem: yes('ordinary OCI feature'),
  exec: no('a Wasm image holds no Linux binary that could be run'),
  sidecarEnvironment: yes('sidecars are ordinary crun containers'),
  dropAllKeepsAll: observed(false, 'as with runc, nothing is left', `${REAL_NODE}, runc`),
  shareProcessNamespace: yes('ordinary OCI feature'),
  hostUsers: yes('ordinary OCI feature'),
  terminal: yes('ordinary OCI feature'),
  inPlaceResize: yes('ordinary OCI feature'),
  podTelemetry: no('the engine has none'),
  compileSecondsPerMiB: read(RUNWASI_RELATIVE.compileSecondsPerMiB.value, 'as under the shims of runwasi', SOURCE),
  aotCache: no('root filesystems are compiled at every start'),
  overheadMiB: undefined,
  minimumContainerd: {},
});
