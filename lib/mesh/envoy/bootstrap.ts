import { adminAddress, adminCluster } from './admin';
import { typed } from './core';
import { edgeListener } from './edge';
import { egressCluster, egressListener } from './egress';
import { healthListener } from './health';
import { inboundListener, selfListener } from './inbound';
import type { EnvoyIntent } from './intent';
import { localAppCluster } from './local-app';
import { CERTIFICATE_SECRET, certificateSecret, sdsFile, TRUST_SECRET, trustSecret } from './sds';
import { selfMtlsCluster } from './self-mtls';
import { STATS_PATTERNS, statsListener } from './stats';
import type { EnvoyBootstrap, Listener } from './v3/bootstrap';

export type { EnvoyBootstrap } from './v3/bootstrap';

/** Far above what one program is asked at once, and far below what would eat its machine's memory. */
const MAX_CONNECTIONS = '10000';

/** Everything Envoy has to know, as plain JSON. The same intent gives the same bootstrap. */
export const bootstrap = (intent: EnvoyIntent): EnvoyBootstrap => ({
  admin: { address: adminAddress(intent.adminPipe) },
  static_resources: {
    listeners: [
      ...serving(intent),
      ...intent.egress.map(egressListener),
      healthListener(intent),
      statsListener(intent),
    ],
    clusters: [
      ...(intent.app === undefined ? [] : [localAppCluster(intent.app)]),
      selfMtlsCluster(intent),
      ...intent.egress.map((call) => egressCluster(intent, call)),
      adminCluster(intent.adminPipe),
    ],
  },
  stats_config: { stats_matcher: { inclusion_list: { patterns: STATS_PATTERNS } } },
  overload_manager: {
    resource_monitors: [
      {
        name: 'envoy.resource_monitors.global_downstream_max_connections',
        typed_config: typed(
          'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
          {
            max_active_downstream_connections: MAX_CONNECTIONS,
          },
        ),
      },
    ],
  },
});

const serving = (intent: EnvoyIntent): Listener[] => {
  const { inbound, edge } = intent.app ?? {};
  return [
    inbound === undefined ? selfListener(intent) : inboundListener(intent, inbound),
    ...(edge === undefined ? [] : [edgeListener(intent, edge)]),
  ];
};

export const BOOTSTRAP_FILE = 'bootstrap.json';

/**
 * What has to be in `configDirectory`: the text of every file by its name.
 * @param changed the bootstrap, where it was patched after it was made
 */
export const files = (intent: EnvoyIntent, changed: EnvoyBootstrap = bootstrap(intent)): Record<string, string> => ({
  [BOOTSTRAP_FILE]: text(changed),
  [sdsFile(CERTIFICATE_SECRET)]: text(certificateSecret(intent.certificates)),
  [sdsFile(TRUST_SECRET)]: text(trustSecret(intent.certificates)),
});

/** In the order in which it was built, which is that of Envoy's documentation; for people to read. */
const text = (value: object): string => `${JSON.stringify(value, null, 1)}\n`;

export interface EnvoyProcess {
  /** `--service-node`: different for every copy of the program. */
  readonly serviceNode: string;
  /** trace, debug, info, warning, error, critical or off. @default 'warning' */
  readonly logLevel?: string;
  /** Workers. @default 1 */
  readonly concurrency?: number;
}

/** The arguments of the process: it may not get an environment, so nothing of it is read. */
export const envoyArguments = (intent: EnvoyIntent, process: EnvoyProcess): string[] => [
  '--config-path',
  `${intent.configDirectory}/${BOOTSTRAP_FILE}`,
  // Without these two, secrets from files are refused: "node 'id' and 'cluster' are required".
  '--service-cluster',
  intent.service,
  '--service-node',
  process.serviceNode,
  '--concurrency',
  String(process.concurrency ?? 1), // Envoy's own default is the machine's hardware threads
  '--disable-hot-restart',
  '--drain-time-s',
  String(intent.drainSeconds),
  '--drain-strategy',
  'immediate',
  '--file-flush-interval-msec',
  '1000', // a line of the access log waits 10 s otherwise, and is lost when the process is killed
  '--log-level',
  process.logLevel ?? 'warning',
];
