import { ADMIN, everywhere, LISTENER_LIMITS } from './core';
import { GET, httpConnectionManager, NOT_FOUND } from './http';
import type { EnvoyIntent } from './intent';
import type { Listener } from './v3/bootstrap';
import type { StringMatcher } from './v3/core';

export const STATS_PATH = '/stats/prometheus';

/** The one page of the admin interface that others may see: GET of exactly this path, without a query. */
export const statsListener = (intent: EnvoyIntent): Listener => ({
  name: 'stats',
  address: everywhere(intent.statsPort, intent),
  bypass_overload_manager: true,
  ...LISTENER_LIMITS,
  filter_chains: [
    {
      filters: [
        httpConnectionManager('stats', {
          routes: [
            {
              match: {
                path: STATS_PATH,
                headers: [GET, { name: ':path', string_match: { exact: STATS_PATH } }],
              },
              route: { cluster: ADMIN, timeout: '10s' },
            },
            NOT_FOUND,
          ],
        }),
      ],
    },
  ],
});

/** Of more than two thousand lines those that somebody would look at. */
const ENDINGS = [
  // Read by the health_check filter as well: a cluster without these two would never be healthy.
  '.membership_healthy',
  '.membership_total',
  '.downstream_cx_active',
  '.downstream_rq_active',
  '.downstream_rq_time',
  ...['1xx', '2xx', '3xx', '4xx', '5xx'].flatMap((codes) => [`.downstream_rq_${codes}`, `.upstream_rq_${codes}`]),
  '.upstream_cx_active',
  '.upstream_cx_total',
  '.upstream_cx_connect_fail',
  '.upstream_rq_active',
  '.upstream_rq_pending_overflow',
  '.upstream_rq_retry',
  '.upstream_rq_time',
  '.upstream_rq_timeout',
  '.rbac.allowed',
  '.rbac.denied',
  '.ssl.connection_error',
  '.ssl.fail_verify_error',
  '.ssl.fail_verify_no_cert',
  '.ssl.fail_verify_san',
  '.ssl.handshake',
  '.ssl.session_reused',
  '.expiration_unix_time_seconds',
  '.ssl_context_update_by_sds',
  '.key_rotation_failed',
  '.update_rejected',
  '.update_success',
];

const SERVER = ['concurrency', 'days_until_first_cert_expiring', 'live', 'memory_allocated', 'state', 'uptime'];

export const STATS_PATTERNS: readonly StringMatcher[] = [
  ...ENDINGS.map((suffix) => ({ suffix })),
  ...SERVER.map((name) => ({ exact: `server.${name}` })),
];
