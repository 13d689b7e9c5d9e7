import { everywhere, LISTENER_LIMITS, LOCAL_APP, seconds } from './core';
import { httpConnectionManager } from './http';
import type { EdgeIntent, EnvoyIntent } from './intent';
import { serverOptions } from './server-options';
import type { Listener } from './v3/bootstrap';

const NAME = 'edge';

/** For callers outside of the mesh, in plain text: they prove nothing, and whatever they claim in XFCC is taken off. */
export const edgeListener = (intent: EnvoyIntent, { port, timeoutSeconds }: EdgeIntent): Listener => ({
  name: NAME,
  traffic_direction: 'INBOUND',
  address: everywhere(port, intent),
  ...LISTENER_LIMITS,
  filter_chains: [
    {
      filters: [
        httpConnectionManager(NAME, {
          ...serverOptions(NAME, intent, timeoutSeconds),
          forward_client_cert_details: 'SANITIZE',
          routes: [{ match: { prefix: '/' }, route: { cluster: LOCAL_APP, timeout: seconds(timeoutSeconds) } }],
        }),
      ],
    },
  ],
});
