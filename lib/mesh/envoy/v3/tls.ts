import type { Extension, StringMatcher, Typed } from './core';

export interface SdsSecretConfig {
  readonly name: string;
  readonly sds_config: {
    readonly resource_api_version: 'V3';
    readonly path_config_source: { readonly path: string; readonly watched_directory: WatchedDirectory };
  };
}

export interface WatchedDirectory {
  readonly path: string;
}

export interface SanMatcher {
  readonly san_type: 'URI';
  readonly matcher: StringMatcher;
}

export interface CommonTlsContext {
  readonly tls_params: {
    readonly tls_minimum_protocol_version: 'TLSv1_3';
    readonly tls_maximum_protocol_version: 'TLSv1_3';
  };
  readonly alpn_protocols: readonly ('h2' | 'http/1.1')[];
  readonly tls_certificate_sds_secret_configs: readonly SdsSecretConfig[];
  readonly combined_validation_context: {
    readonly default_validation_context: { readonly match_typed_subject_alt_names: readonly SanMatcher[] };
    readonly validation_context_sds_secret_config: SdsSecretConfig;
  };
}

export type DownstreamTlsContext = Typed<{
  readonly require_client_certificate: true;
  readonly disable_stateless_session_resumption: true;
  readonly disable_stateful_session_resumption: true;
  readonly common_tls_context: CommonTlsContext;
}>;

export type UpstreamTlsContext = Typed<{
  readonly sni?: string;
  readonly max_session_keys: 0;
  readonly common_tls_context: CommonTlsContext;
}>;

export type DownstreamTransportSocket = Extension<DownstreamTlsContext>;
export type UpstreamTransportSocket = Extension<UpstreamTlsContext>;

/** What a file of SDS holds. */
export interface SecretResources {
  readonly resources: readonly Typed<Secret>[];
}

export type Secret =
  | {
      readonly name: string;
      readonly tls_certificate: {
        readonly certificate_chain: { readonly filename: string };
        readonly private_key: { readonly filename: string };
        readonly watched_directory: WatchedDirectory;
      };
    }
  | {
      readonly name: string;
      readonly validation_context: {
        readonly trusted_ca: { readonly filename: string };
        readonly watched_directory: WatchedDirectory;
      };
    };
