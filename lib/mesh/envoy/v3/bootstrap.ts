import type { DurationText, Extension, PipeAddress, SocketAddress, StringMatcher, Typed } from './core';
import type { HttpConnectionManager } from './http';
import type { DownstreamTransportSocket, UpstreamTransportSocket } from './tls';

export interface FilterChain {
  readonly transport_socket_connect_timeout?: DurationText;
  readonly transport_socket?: DownstreamTransportSocket;
  readonly filters: readonly Extension<HttpConnectionManager>[];
}

export interface Listener {
  readonly name: string;
  readonly address: SocketAddress;
  readonly traffic_direction?: 'INBOUND' | 'OUTBOUND';
  readonly drain_type?: 'MODIFY_ONLY';
  readonly bypass_overload_manager?: true;
  readonly enable_reuse_port: false;
  readonly per_connection_buffer_limit_bytes: number;
  readonly filter_chains: readonly FilterChain[];
}

export type HealthCheck = {
  readonly timeout: DurationText;
  readonly interval: DurationText;
  readonly unhealthy_threshold: number;
  readonly healthy_threshold: number;
  readonly no_traffic_interval: DurationText;
  readonly no_traffic_healthy_interval: DurationText;
} & ({ readonly tcp_health_check: Record<string, never> } | { readonly http_health_check: HttpHealthCheck });

export interface HttpHealthCheck {
  readonly host: string;
  readonly path: string;
  readonly expected_statuses: readonly StatusRange[];
  readonly retriable_statuses: readonly StatusRange[];
}

/** From `start` to below `end`; 64 bits, which JSON has as text. */
interface StatusRange {
  readonly start: string;
  readonly end: string;
}

export type HttpProtocolOptions = Typed<{
  readonly common_http_protocol_options?: { readonly idle_timeout: DurationText };
  readonly explicit_http_config:
    | { readonly http_protocol_options: Record<string, never> }
    | { readonly http2_protocol_options: Record<string, never> };
}>;

export type DnsLookupFamily = 'V4_ONLY' | 'V6_ONLY' | 'V4_PREFERRED';

export type DnsCluster = Typed<{
  readonly dns_lookup_family: DnsLookupFamily;
  readonly dns_refresh_rate: DurationText;
  readonly respect_dns_ttl: false;
  readonly dns_failure_refresh_rate: { readonly base_interval: DurationText; readonly max_interval: DurationText };
}>;

export interface ClusterLoadAssignment {
  readonly cluster_name: string;
  readonly endpoints: readonly {
    readonly lb_endpoints: readonly { readonly endpoint: { readonly address: SocketAddress | PipeAddress } }[];
  }[];
}

export type Cluster = {
  readonly name: string;
  readonly connect_timeout: DurationText;
  readonly load_assignment: ClusterLoadAssignment;
  readonly typed_extension_protocol_options?: { readonly [extension: string]: HttpProtocolOptions };
  readonly health_checks?: readonly HealthCheck[];
  readonly transport_socket?: UpstreamTransportSocket;
} & (
  | { readonly type: 'STATIC' }
  | { readonly cluster_type: Extension<DnsCluster>; readonly wait_for_warm_on_init: false }
);

/** The part of envoy.config.bootstrap.v3.Bootstrap that is written here. */
export interface EnvoyBootstrap {
  readonly admin: { readonly address: PipeAddress };
  readonly static_resources: { readonly listeners: readonly Listener[]; readonly clusters: readonly Cluster[] };
  readonly stats_config: {
    readonly stats_matcher: { readonly inclusion_list: { readonly patterns: readonly StringMatcher[] } };
  };
  readonly overload_manager: { readonly resource_monitors: readonly Extension[] };
}
