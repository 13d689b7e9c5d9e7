import { accessLog } from './access-log';
import { fixedEndpoint, HTTP2 } from './cluster';
import { LISTENER_LIMITS, loopback, seconds, typed } from './core';
import { httpConnectionManager } from './http';
import type { EgressIntent, EnvoyIntent, IpFamily } from './intent';
import { rbacOfMethods } from './rbac';
import { upstreamTls } from './tls';
import type { Cluster, DnsLookupFamily, Listener } from './v3/bootstrap';
import type { RetryPolicy } from './v3/http';

/** Of the listener and of the cluster of a call. */
export const egressName = ({ name }: Pick<EgressIntent, 'name'>): string => `egress_${name}`;

/** A port on loopback, behind which the callee seems to be: the program speaks plain HTTP/1.1 or HTTP/2 to it. */
export const egressListener = (call: EgressIntent): Listener => ({
  name: egressName(call),
  traffic_direction: 'OUTBOUND',
  drain_type: 'MODIFY_ONLY', // the program makes calls until it ends
  address: loopback(call.listenPort),
  ...LISTENER_LIMITS,
  filter_chains: [
    {
      filters: [
        httpConnectionManager(egressName(call), {
          access_log: accessLog(egressName(call)),
          filters: call.methods === undefined ? [] : [rbacOfMethods(call.methods)],
          routes: [
            {
              match: { prefix: '/' },
              route: {
                cluster: egressName(call),
                timeout: seconds(call.timeoutSeconds),
                host_rewrite_literal: call.host,
                retry_policy: RETRIES,
              },
            },
          ],
        }),
      ],
    },
  ],
});

/** Only what the callee has not begun to work on, so that nothing is done twice, whatever the method. */
const RETRIES: RetryPolicy = {
  retry_on: 'connect-failure,refused-stream,reset-before-request',
  num_retries: 2,
  retry_back_off: { base_interval: '0.025s', max_interval: '0.25s' },
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: typed('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate', {}),
    },
  ],
  host_selection_retry_max_attempts: '3',
};

export const egressCluster = (intent: EnvoyIntent, call: EgressIntent): Cluster => ({
  name: egressName(call),
  // Packets to a machine that is gone vanish without an answer: the wait for it is the delay of the retry.
  connect_timeout: '0.5s',
  cluster_type: {
    name: 'envoy.clusters.dns',
    typed_config: typed('envoy.extensions.clusters.dns.v3.DnsCluster', {
      dns_lookup_family: DNS_LOOKUP[intent.ipFamily ?? 'V4'],
      dns_refresh_rate: '1s',
      respect_dns_ttl: false,
      dns_failure_refresh_rate: { base_interval: '0.5s', max_interval: '2s' },
    } as const),
  },
  // Otherwise no listener opens while DNS does not answer, not even the one that says whether Envoy is alive.
  wait_for_warm_on_init: false,
  typed_extension_protocol_options: HTTP2,
  transport_socket: upstreamTls(intent, call.identity, call.host),
  // The dot ends the name: no search list is tried before it.
  load_assignment: fixedEndpoint(egressName(call), {
    socket_address: { address: `${call.host}.`, port_value: call.port },
  }),
});

const DNS_LOOKUP: { readonly [family in IpFamily]: DnsLookupFamily } = {
  V4: 'V4_ONLY',
  V6: 'V6_ONLY',
  DUAL: 'V4_PREFERRED',
};
