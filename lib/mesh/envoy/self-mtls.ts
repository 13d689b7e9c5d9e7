import { fixedEndpoint, HEALTH_CHECK, HTTP2 } from './cluster';
import { loopback, SELF_MTLS } from './core';
import { type EnvoyIntent, INBOUND_PORT } from './intent';
import { upstreamTls } from './tls';
import type { Cluster } from './v3/bootstrap';

/**
 * Envoy as its own caller. Certificates that are missing, unreadable or somebody else's are no reason for Envoy not to
 * start, and are seen nowhere else: without this, it would be ready and refuse everybody.
 */
export const selfMtlsCluster = (intent: EnvoyIntent): Cluster => ({
  name: SELF_MTLS,
  type: 'STATIC',
  connect_timeout: '1s',
  typed_extension_protocol_options: HTTP2,
  health_checks: [{ ...HEALTH_CHECK, no_traffic_healthy_interval: '5s', tcp_health_check: {} }],
  transport_socket: upstreamTls(intent, intent.identity),
  load_assignment: fixedEndpoint(SELF_MTLS, loopback(intent.app?.inbound?.port ?? INBOUND_PORT)),
});
