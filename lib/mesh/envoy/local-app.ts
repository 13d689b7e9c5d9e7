import { fixedEndpoint, HEALTH_CHECK } from './cluster';
import { LOCAL_APP, LOOPBACK, loopback, typed } from './core';
import type { AppIntent } from './intent';
import type { Cluster, HttpHealthCheck } from './v3/bootstrap';

/**
 * The program itself, on loopback, in HTTP/1.1. Whether it is well decides about `/ready` and not about requests: where
 * no host of a cluster is well, Envoy sends them there all the same. Callers are led elsewhere by who asks `/ready`.
 */
export const localAppCluster = ({ port, healthPath }: Pick<AppIntent, 'port' | 'healthPath'>): Cluster => ({
  name: LOCAL_APP,
  type: 'STATIC',
  connect_timeout: '1s',
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      {
        // Below the five seconds after which Node.js and others close an idle connection, perhaps under a new request.
        common_http_protocol_options: { idle_timeout: '4s' },
        explicit_http_config: { http_protocol_options: {} },
      } as const,
    ),
  },
  health_checks: [
    {
      ...HEALTH_CHECK,
      no_traffic_healthy_interval: '2s',
      ...(healthPath === undefined
        ? { tcp_health_check: {} }
        : { http_health_check: httpHealthCheck(port, healthPath) }),
    },
  ],
  load_assignment: fixedEndpoint(LOCAL_APP, loopback(port)),
});

/** 200 to 399 is well, as for most who ask such paths; Envoy's own default is 200 alone. */
const httpHealthCheck = (port: number, path: string): HttpHealthCheck => ({
  host: `${LOOPBACK}:${port}`,
  path,
  expected_statuses: [{ start: '200', end: '400' }],
  // Makes them count towards `unhealthy_threshold`; otherwise one such answer is enough for Envoy.
  retriable_statuses: [{ start: '400', end: '600' }],
});
