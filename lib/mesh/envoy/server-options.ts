import { accessLog } from './access-log';
import { seconds } from './core';
import type { EnvoyIntent } from './intent';
import type { HttpOptions } from './v3/http';

/** How requests from other machines are received, of the mesh or not. */
export const serverOptions = (
  listener: string,
  { maxConnectionSeconds }: Pick<EnvoyIntent, 'maxConnectionSeconds'>,
  timeoutSeconds: number,
): HttpOptions => ({
  // Nothing here decides by a path, so %2F may stay what it is.
  normalize_path: true,
  merge_slashes: true,
  // The sender is the peer, whatever it says: its x-envoy headers, which set timeouts and retries, are taken off.
  use_remote_address: true,
  request_headers_timeout: '10s',
  // The timeout of a route begins when the request is complete; this one ends a body that never is.
  request_timeout: seconds(timeoutSeconds),
  common_http_protocol_options: {
    // Certificates are looked at when a connection begins, so one that was replaced lives as long as its connections.
    max_connection_duration: seconds(maxConnectionSeconds),
    // Gateways to CGI make one variable of x_forwarded_client_cert and of the header that is protected below.
    headers_with_underscores_action: 'DROP_HEADER',
  },
  // What one connection may occupy; Envoy's own windows are measured for proxies at the edge of a data centre.
  http2_protocol_options: {
    max_concurrent_streams: 100,
    initial_stream_window_size: 64 * 1024,
    initial_connection_window_size: 1024 * 1024,
  },
  access_log: accessLog(listener),
});
