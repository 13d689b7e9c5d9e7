import { Duration } from 'cdk8s';
import { Files } from '../../microservice';
import type { SidecarIntent } from '../../microservice/pod.intent';
import { Probe } from '../../microservice/probe';
import { type EnvoyIntent, envoyArguments, HEALTH_PATHS } from '../envoy';
import type { MeshCredentials } from '../identities/identity';
import { METRICS_PORT_NAME } from '../pod-monitor.render';

/** Name of the container. */
export const ENVOY = 'envoy';

/** Where files are in the container. Certificates not inside of the configuration: each is a volume. */
export const DIRECTORIES = { config: '/etc/envoy', certificates: '/etc/envoy-certs', run: '/run/envoy' } as const;

/** What is the same for every Envoy of a mesh. */
export interface EnvoySettings {
  readonly image: string;
  readonly cpuRequest: string;
  readonly memory: string;
  readonly guestPort: number;
  readonly door: number;
  readonly drainSeconds: number;
  readonly ports: { readonly inbound: number; readonly health: number; readonly stats: number };
}

export interface EnvoyFiles {
  readonly configName: string;
  readonly credentials: MeshCredentials;
}

const second = Duration.seconds(1);

/** Envoy as a container: everything by files and arguments, since beside a guest it gets no environment. */
export const envoySidecar = (
  settings: EnvoySettings,
  intent: EnvoyIntent,
  { configName, credentials }: EnvoyFiles,
): SidecarIntent => {
  const { ports } = settings;
  const { inbound, edge } = intent.app ?? {};
  const ask = (path: string, options: { period: Duration; failureThreshold: number }) =>
    Probe.http(path, { port: ports.health, timeout: second, ...options });
  return {
    name: ENVOY,
    image: settings.image,
    command: ['/usr/local/bin/envoy'],
    args: envoyArguments(intent, { serviceNode: '$(POD_NAMESPACE).$(POD_NAME)' }),
    // Never delivered, and not needed: the kubelet expands $(…) in the arguments.
    environment: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ],
    ports: [
      ...(inbound === undefined ? [] : [{ name: 'mesh', port: inbound.port }]),
      ...(edge === undefined ? [] : [{ name: 'http', port: edge.port }]),
      { name: 'mesh-health', port: ports.health },
      { name: METRICS_PORT_NAME, port: ports.stats },
    ],
    files: [
      Files.fromVolume({ configMap: { name: configName } }, DIRECTORIES.config),
      Files.fromVolume(credentials.volume, DIRECTORIES.certificates),
      Files.fromVolume({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, DIRECTORIES.run, false),
    ],
    startup: ask(HEALTH_PATHS.started, { period: second, failureThreshold: 30 }),
    readiness: ask(HEALTH_PATHS.ready, { period: second, failureThreshold: 2 }),
    liveness: ask(HEALTH_PATHS.live, { period: Duration.seconds(10), failureThreshold: 3 }),
    cpuRequest: settings.cpuRequest,
    memoryRequest: settings.memory,
    memoryLimit: settings.memory,
    readOnlyRootFilesystem: true,
    // Fires when the pod is told to stop, while the guest still serves: callers let go of their connections.
    preStop: { kind: 'http', path: intent.drainPath, port: ports.health },
  };
};
