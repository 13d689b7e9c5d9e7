import { typed } from './core';
import type { ClusterLoadAssignment, HealthCheck, HttpProtocolOptions } from './v3/bootstrap';
import type { PipeAddress, SocketAddress } from './v3/core';

/**
 * What every health check has in common. Without `no_traffic_interval` a cluster that had no requests yet is looked at
 * once a minute, and what was not there at the first look is not seen for 60 s.
 */
export const HEALTH_CHECK = {
  timeout: '1s',
  interval: '2s',
  unhealthy_threshold: 2,
  healthy_threshold: 1,
  no_traffic_interval: '1s',
} as const satisfies Partial<HealthCheck>;

export const fixedEndpoint = (cluster: string, address: SocketAddress | PipeAddress): ClusterLoadAssignment => ({
  cluster_name: cluster,
  endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
});

/** Between two Envoys: many requests share one connection. */
export const HTTP2: { readonly [extension: string]: HttpProtocolOptions } = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    { explicit_http_config: { http2_protocol_options: {} } } as const,
  ),
};
