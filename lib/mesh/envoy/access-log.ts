import { typed } from './core';
import type { Extension } from './v3/core';

/**
 * One JSON object a request on standard output. A trace is followed by its `traceparent`, which passes through Envoy as
 * it came. Without the query, in which secrets travel.
 */
export const accessLog = (listener: string): readonly Extension[] => [
  {
    name: 'envoy.access_loggers.stdout',
    typed_config: typed('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', {
      log_format: { json_format: { listener, ...FIELDS } },
    }),
  },
];

const FIELDS = {
  time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%PATH(NQ)%',
  authority: '%REQ(:AUTHORITY)%',
  protocol: '%PROTOCOL%',
  status: '%RESPONSE_CODE%',
  details: '%RESPONSE_CODE_DETAILS%',
  flags: '%RESPONSE_FLAGS%',
  duration_ms: '%DURATION%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  peer: '%DOWNSTREAM_PEER_URI_SAN%',
  upstream: '%UPSTREAM_HOST%',
  upstream_failure: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  request_id: '%REQ(X-REQUEST-ID)%',
  traceparent: '%REQ(TRACEPARENT)%',
};
