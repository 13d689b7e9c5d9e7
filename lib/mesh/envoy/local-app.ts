import { fixedEndpoint, HEALTH_CHECK } from './cluster';
import { LOCAL_APP, loopback, typed } from './core';
import type { AppIntent } from './intent';
import type { Cluster } from './v3/bootstrap';

/** The program itself, on loopback, in HTTP/1.1. */
export const localAppCluster = ({ port }: Pick<AppIntent, 'port'>): Cluster => ({
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
  health_checks: [{ ...HEALTH_CHECK, no_traffic_interval: '1s', no_traffic_healthy_interval: '2s' }],
  // Otherwise a program that is down would be sent requests all the same: it is its cluster's only host.
  common_lb_config: { healthy_panic_threshold: { value: 0 } },
  load_assignment: fixedEndpoint(LOCAL_APP, loopback(port)),
});
