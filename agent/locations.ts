import { join } from 'node:path';
import { AGENT_PORT } from '../lib/node-pool/installers/agent-settings';

/** Where the agent finds things. Containers use the defaults; tests point elsewhere. */
export interface Locations {
  readonly settings: string;
  /** The node's directories appear under it at their own absolute paths. */
  readonly hostRoot: string;
  /** Shared by the phases of one pod. */
  readonly handOver: string;
  /** Folder with `token` and `ca.crt`. */
  readonly serviceAccount: string;
  /** `https://HOST:PORT` */
  readonly apiServer: string;
  readonly node: string;
  readonly pod: string;
  readonly namespace: string;
  readonly port: number;
  /** How long containerd must stay active after a restart, milliseconds. */
  readonly restartSettleMs: number;
}

export function locationsFrom(environment: NodeJS.ProcessEnv): Locations {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  return {
    settings: environment.AGENT_SETTINGS ?? '/agent/settings.json',
    hostRoot: environment.AGENT_ROOT ?? '/host',
    handOver: environment.AGENT_HAND_OVER ?? '/work-dir',
    serviceAccount: environment.AGENT_SERVICE_ACCOUNT ?? '/var/run/secrets/kubernetes.io/serviceaccount',
    apiServer: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    node: environment.NODE_NAME ?? '',
    pod: environment.POD_NAME ?? '',
    namespace: environment.POD_NAMESPACE ?? '',
    port: Number(environment.AGENT_PORT ?? AGENT_PORT),
    restartSettleMs: Number(environment.AGENT_RESTART_SETTLE_MS ?? 3_000),
  };
}

/** A path of the node, as this process sees it. */
export const onHost = (locations: Locations, path: string): string => join(locations.hostRoot, path);
