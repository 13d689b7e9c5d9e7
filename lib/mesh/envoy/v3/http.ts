import type { DurationText, Extension, HeaderMatcher, Typed } from './core';

export interface RetryPolicy {
  readonly retry_on: string;
  readonly num_retries: number;
  readonly retry_back_off: { readonly base_interval: DurationText; readonly max_interval: DurationText };
  readonly retry_host_predicate: readonly Extension[];
  readonly host_selection_retry_max_attempts: string;
}

export interface RouteMatch {
  readonly headers?: readonly HeaderMatcher[];
}

export type Route = {
  readonly match: ({ readonly path: string } | { readonly prefix: string }) & RouteMatch;
  readonly typed_per_filter_config?: { readonly [filter: string]: Typed };
} & (
  | { readonly direct_response: { readonly status: number } }
  | {
      readonly route: {
        readonly cluster: string;
        readonly timeout: DurationText;
        readonly host_rewrite_literal?: string;
        readonly retry_policy?: RetryPolicy;
      };
    }
);

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly ['*'];
  readonly routes: readonly Route[];
}

/** The settings of a connection manager that differ between listeners. */
export interface HttpOptions {
  readonly normalize_path?: true;
  readonly merge_slashes?: true;
  readonly use_remote_address?: true;
  readonly request_headers_timeout?: DurationText;
  readonly request_timeout?: DurationText;
  readonly forward_client_cert_details?: 'SANITIZE' | 'SANITIZE_SET';
  readonly set_current_client_cert_details?: { readonly uri: true };
  readonly common_http_protocol_options?: {
    readonly max_connection_duration: DurationText;
    readonly headers_with_underscores_action: 'DROP_HEADER';
  };
  readonly http2_protocol_options?: {
    readonly max_concurrent_streams: number;
    readonly initial_stream_window_size: number;
    readonly initial_connection_window_size: number;
  };
  readonly access_log?: readonly Extension[];
}

export type HttpConnectionManager = Typed<
  HttpOptions & {
    readonly stat_prefix: string;
    readonly server_header_transformation: 'PASS_THROUGH';
    readonly route_config: { readonly name: string; readonly virtual_hosts: readonly VirtualHost[] };
    readonly http_filters: readonly Extension[];
  }
>;
