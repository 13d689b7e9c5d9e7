import { everywhere, LISTENER_LIMITS, LOCAL_APP, loopback, seconds } from './core';
import { httpConnectionManager, NOT_FOUND } from './http';
import { type EnvoyIntent, INBOUND_PORT, type InboundIntent } from './intent';
import { rbac } from './rbac';
import { serverOptions } from './server-options';
import { downstreamTls } from './tls';
import type { Listener } from './v3/bootstrap';
import type { SocketAddress } from './v3/core';
import type { Route } from './v3/http';

const NAME = 'inbound';

/** The mTLS door of a program. With no callers, `rbac([])` lets nobody in. */
export const inboundListener = (intent: EnvoyIntent, inbound: InboundIntent): Listener =>
  mutualTlsListener(intent, everywhere(inbound.port, intent), inbound, {
    match: { prefix: '/' },
    route: { cluster: LOCAL_APP, timeout: seconds(inbound.timeoutSeconds) },
  });

/**
 * Where a program has no such door: one on loopback that leads nowhere. Envoy itself knocks there, to learn whether its
 * certificates are good before calls are made with them.
 */
export const selfListener = (intent: EnvoyIntent): Listener =>
  mutualTlsListener(intent, loopback(INBOUND_PORT), { callers: [], timeoutSeconds: 1 }, NOT_FOUND);

const mutualTlsListener = (
  intent: EnvoyIntent,
  address: SocketAddress,
  { callers, timeoutSeconds }: Pick<InboundIntent, 'callers' | 'timeoutSeconds'>,
  route: Route,
): Listener => ({
  name: NAME,
  traffic_direction: 'INBOUND',
  address,
  ...LISTENER_LIMITS,
  filter_chains: [
    {
      transport_socket_connect_timeout: '5s', // for the handshake
      transport_socket: downstreamTls(intent),
      filters: [
        httpConnectionManager(NAME, {
          ...serverOptions(NAME, intent, timeoutSeconds),
          // Replaces what the caller says about itself by what its certificate says.
          forward_client_cert_details: 'SANITIZE_SET',
          set_current_client_cert_details: { uri: true },
          filters: [rbac(callers)],
          routes: [route],
        }),
      ],
    },
  ],
});
