import { inferred, read, reading } from '../fact';
import type { GuestFacts, RuntimeFacts } from '../runtime-facts';
import { ImageFormat, WasmPayload } from '../vocabulary';
import { RUNWASI_HTTP, RUNWASI_RELATIVE } from './runwasi';

const SOURCE = 'containerd-shim-spin src/{constants,source,engine,trigger}.rs';

/** A Spin application; the shim is the HTTP server. */
const APPLICATION: GuestFacts = {
  ...inferred(RUNWASI_HTTP),
  formats: [ImageFormat.SPIN],
  http: { port: 80, listenVariable: 'SPIN_HTTP_LISTEN_ADDR', evidence: reading('default 0.0.0.0:80', SOURCE) },
  listens: read(true, 'the HTTP trigger listens for it', SOURCE),
  connects: read(true, 'to what `allowed_outbound_hosts` of the application lists', SOURCE),
  args: read(false, 'the command is a placeholder', SOURCE),
  environment: read(
    true,
    'as application variables: SPIN_VARIABLE_NAME, or NAME where the application declares it',
    SOURCE,
  ),
  volumes: read(
    false,
    'only /runtime-config.toml and the CA bundle are read',
    'containerd-shim-spin issues 106 and 108',
  ),
  logs: read(true, 'stdout and stderr', SOURCE),
  sigterm: read('exits', 'aborts with exit code 0, requests in flight are dropped', 'containerd-shim-spin issue 46'),
  grpc: read(false, 'the HTTP trigger speaks HTTP/1.1', SOURCE),
};

/** The Spin shim: Spin applications, and since 0.23 a bare wasi:http component. */
export const spin: RuntimeFacts = {
  ...RUNWASI_RELATIVE,
  name: 'spin',
  handler: 'spin',
  shim: { binary: 'containerd-shim-spin-v2', runtimeType: 'io.containerd.spin.v2', needsContainerd: true },
  guests: {
    [WasmPayload.SPIN_APP]: APPLICATION,
    // One wasi:http component becomes an application with the route /...: no variables, no outbound hosts, no files.
    [WasmPayload.HTTP_COMPONENT]: {
      ...APPLICATION,
      formats: [ImageFormat.ARTIFACT],
      environment: read(false, 'a bare component declares no variables', SOURCE),
      connects: read(false, 'a bare component lists no `allowed_outbound_hosts`', SOURCE),
    },
  },
  application: {
    variablePrefix: 'SPIN_VARIABLE_',
    componentsVariable: 'SPIN_COMPONENTS_TO_RETAIN',
    instanceMemoryVariable: 'SPIN_MAX_INSTANCE_MEMORY',
    runtimeConfigPath: '/runtime-config.toml',
    caBundlePath: '/etc/ssl/certs/ca-certificates.crt',
    evidence: reading('components since 0.17, instance memory since 0.20', SOURCE),
  },
  commands: { [ImageFormat.SPIN]: ['/'], [ImageFormat.ARTIFACT]: ['/'] },
  readOnlyRootFilesystem: read(false, 'writes /spin.json, /.spin and /.cache', 'containerd-shim-spin issue 123'),
  podTelemetry: read(true, 'OTEL_* of the pod configures traces, metrics and logs', SOURCE),
  minimumContainerd: {
    ...RUNWASI_RELATIVE.minimumContainerd,
    [ImageFormat.SPIN]: RUNWASI_RELATIVE.minimumContainerd[ImageFormat.ARTIFACT],
  },
  aotCache: read(true, 'compiled once per node for what `spin registry push` makes', SOURCE),
};
