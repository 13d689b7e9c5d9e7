import type { EnvoyBootstrap } from '../../../lib/mesh/envoy';
import { call, served } from './intents';

/** What is mutated. */
export const MUTATED = { ...served, egress: [call('inventory')] };

/** A mistake that `envoy --mode validate` takes for good. */
export interface Mutation {
  readonly what: string;
  /** What is replaced in the bootstrap's text, the first time it occurs, and by what. */
  readonly change: readonly [string | RegExp, string];
  readonly says: string;
}

export const MISSED: readonly Mutation[] = [
  {
    what: 'TLS 1.2',
    change: ['"tls_maximum_protocol_version":"TLSv1_3"', '"tls_maximum_protocol_version":"TLSv1_2"'],
    says: 'listener inbound: the maximum TLS version is TLSv1_2',
  },
  {
    what: 'a version that is left open',
    change: [',"tls_maximum_protocol_version":"TLSv1_3"', ''],
    says: 'listener inbound: the maximum TLS version is left open',
  },
  {
    what: 'readiness by a cluster that does not exist',
    change: ['"cluster_min_healthy_percentages":{"self_mtls"', '"cluster_min_healthy_percentages":{"self"'],
    says: 'listener health refers to the cluster "self", which does not exist',
  },
  {
    what: 'a call that is open to everybody',
    change: ['"address":"127.0.0.1","port_value":15101', '"address":"0.0.0.0","port_value":15101'],
    says: 'listener egress_inventory speaks for the program',
  },
  {
    what: 'a port that one address shares with all',
    change: ['"port_value":15101', '"port_value":8443'],
    says: 'listener inbound and listener egress_inventory both want port 8443',
  },
  {
    what: 'the port of the program',
    change: ['"port_value":15090', '"port_value":8081'],
    says: 'listener stats and the program both want port 8081',
  },
  {
    what: 'no name that is asked for',
    change: ['{"san_type":"URI","matcher":{"prefix":"spiffe://shop.example/"}}', ''],
    says: 'listener inbound trusts every certificate of the CA',
  },
  {
    what: 'no certificate that is asked for',
    change: ['"require_client_certificate":true', '"require_client_certificate":false'],
    says: 'listener inbound lets in who has no certificate',
  },
  {
    what: 'resumed sessions on the side of the server',
    change: ['"disable_stateless_session_resumption":true,', ''],
    says: 'listener inbound resumes TLS sessions',
  },
  {
    what: 'resumed sessions on the side of the client',
    change: ['"max_session_keys":0,', ''],
    says: 'cluster self_mtls resumes TLS sessions',
  },
  {
    what: 'the 60 s trap',
    change: ['"no_traffic_interval":"1s",', ''],
    says: 'cluster local_app has a health check without no_traffic_interval',
  },
  {
    what: 'waiting for DNS',
    change: ['"wait_for_warm_on_init":false', '"wait_for_warm_on_init":true'],
    says: 'cluster egress_inventory keeps all listeners closed until DNS answers',
  },
  {
    what: 'certificates that are not watched',
    change: [/,"watched_directory":\{[^}]*\}/, ''],
    says: 'does not see when its certificates are replaced',
  },
  {
    what: 'a listener without RBAC',
    change: ['"rules":{', '"shadow_rules":{'],
    says: 'it has no RBAC',
  },
  {
    what: 'an admin interface on a port',
    change: [
      '"pipe":{"path":"/run/envoy/admin.sock","mode":384}',
      '"socket_address":{"address":"127.0.0.1","port_value":9901}',
    ],
    says: 'the admin interface listens on a port',
  },
];

/** In the text, since types would not let these mistakes through. */
export function changed(one: EnvoyBootstrap, [from, to]: readonly [string | RegExp, string]): EnvoyBootstrap {
  const before = JSON.stringify(one);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`there is no ${from}`);
  return JSON.parse(after) as EnvoyBootstrap;
}
