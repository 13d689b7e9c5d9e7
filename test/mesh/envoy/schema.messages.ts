/**
 * The messages of Envoy's API that are written, each with the fields that are written, in the names of its protobuf
 * files. A type that ends with `!` is required, with `[]` a list, with `{}` a map; `A|B` are values of an enum.
 * `oneOf` are fields of which one at most is set.
 *
 * Ours and not a package's: what the npm registry has of these files is of Envoy 1.31, lacks DnsCluster and
 * mtls_authenticated, and brings 68 packages. The real Envoy judges the same bootstraps in test/conformance/envoy.
 */
export interface Message {
  readonly fields: Readonly<Record<string, string>>;
  readonly oneOf?: readonly (readonly string[])[];
}

const message = (fields: Record<string, string>, ...oneOf: (readonly string[])[]): Message => ({ fields, oneOf });
const extension = message({ name: 'string!', typed_config: 'any!' });

export const MESSAGES: ReadonlyMap<string, Message> = new Map(
  Object.entries({
    Bootstrap: message({
      admin: 'Admin!',
      static_resources: 'StaticResources!',
      stats_config: 'StatsConfig!',
      overload_manager: 'OverloadManager!',
    }),
    Admin: message({ address: 'Address!' }),
    StaticResources: message({ listeners: 'Listener[]!', clusters: 'Cluster[]!' }),
    StatsConfig: message({ stats_matcher: 'StatsMatcher!' }),
    StatsMatcher: message({ inclusion_list: 'ListStringMatcher!' }),
    ListStringMatcher: message({ patterns: 'StringMatcher[]!' }),
    OverloadManager: message({ resource_monitors: 'Extension[]!' }),
    Extension: extension,

    Address: message({ pipe: 'Pipe', socket_address: 'SocketAddress' }, ['pipe', 'socket_address']),
    Pipe: message({ path: 'string!', mode: 'uint32' }),
    SocketAddress: message({ address: 'string!', port_value: 'port!', ipv4_compat: 'bool' }),

    Listener: message({
      name: 'string!',
      traffic_direction: 'INBOUND|OUTBOUND',
      drain_type: 'MODIFY_ONLY|DEFAULT',
      address: 'Address!',
      enable_reuse_port: 'bool',
      bypass_overload_manager: 'bool',
      per_connection_buffer_limit_bytes: 'uint32',
      filter_chains: 'FilterChain[]!',
    }),
    FilterChain: message({
      transport_socket_connect_timeout: 'duration',
      transport_socket: 'Extension',
      filters: 'Extension[]!',
    }),

    'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': message({
      require_client_certificate: 'bool!',
      disable_stateless_session_resumption: 'bool',
      disable_stateful_session_resumption: 'bool',
      common_tls_context: 'CommonTlsContext!',
    }),
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': message({
      sni: 'string',
      max_session_keys: 'uint32',
      common_tls_context: 'CommonTlsContext!',
    }),
    CommonTlsContext: message({
      tls_params: 'TlsParameters!',
      alpn_protocols: 'string[]!',
      tls_certificate_sds_secret_configs: 'SdsSecretConfig[]!',
      combined_validation_context: 'CombinedValidationContext!',
    }),
    TlsParameters: message({
      tls_minimum_protocol_version: 'TLSv1_2|TLSv1_3',
      tls_maximum_protocol_version: 'TLSv1_2|TLSv1_3',
    }),
    SdsSecretConfig: message({ name: 'string!', sds_config: 'ConfigSource!' }),
    ConfigSource: message({ resource_api_version: 'V3', path_config_source: 'PathConfigSource!' }),
    PathConfigSource: message({ path: 'string!', watched_directory: 'WatchedDirectory' }),
    WatchedDirectory: message({ path: 'string!' }),
    CombinedValidationContext: message({
      default_validation_context: 'ValidationContext!',
      validation_context_sds_secret_config: 'SdsSecretConfig!',
    }),
    ValidationContext: message({
      match_typed_subject_alt_names: 'SubjectAltNameMatcher[]',
      trusted_ca: 'DataSource',
      watched_directory: 'WatchedDirectory',
    }),
    SubjectAltNameMatcher: message({ san_type: 'URI|DNS|EMAIL|IP_ADDRESS', matcher: 'StringMatcher!' }),
    StringMatcher: message({ exact: 'string', prefix: 'string', suffix: 'string', contains: 'string' }, [
      'exact',
      'prefix',
      'suffix',
      'contains',
    ]),
    DataSource: message({ filename: 'string', inline_string: 'string' }, ['filename', 'inline_string']),
    SecretFile: message({ resources: 'any[]!' }),
    'envoy.extensions.transport_sockets.tls.v3.Secret': message(
      { name: 'string!', tls_certificate: 'TlsCertificate', validation_context: 'ValidationContext' },
      ['tls_certificate', 'validation_context'],
    ),
    TlsCertificate: message({
      certificate_chain: 'DataSource!',
      private_key: 'DataSource!',
      watched_directory: 'WatchedDirectory',
    }),

    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager': message({
      stat_prefix: 'string!',
      server_header_transformation: 'OVERWRITE|PASS_THROUGH',
      normalize_path: 'bool',
      merge_slashes: 'bool',
      use_remote_address: 'bool',
      request_headers_timeout: 'duration',
      request_timeout: 'duration',
      common_http_protocol_options: 'HttpProtocolOptions',
      http2_protocol_options: 'Http2ProtocolOptions',
      access_log: 'Extension[]',
      forward_client_cert_details: 'SANITIZE|SANITIZE_SET',
      set_current_client_cert_details: 'SetCurrentClientCertDetails',
      route_config: 'RouteConfiguration!',
      http_filters: 'Extension[]!',
    }),
    HttpProtocolOptions: message({
      idle_timeout: 'duration',
      max_connection_duration: 'duration',
      headers_with_underscores_action: 'ALLOW|REJECT_REQUEST|DROP_HEADER',
    }),
    Http2ProtocolOptions: message({
      max_concurrent_streams: 'uint32',
      initial_stream_window_size: 'uint32',
      initial_connection_window_size: 'uint32',
    }),
    SetCurrentClientCertDetails: message({ uri: 'bool' }),
    RouteConfiguration: message({ name: 'string', virtual_hosts: 'VirtualHost[]!' }),
    VirtualHost: message({ name: 'string!', domains: 'string[]!', routes: 'Route[]!' }),
    Route: message(
      {
        match: 'RouteMatch!',
        route: 'RouteAction',
        direct_response: 'DirectResponse',
        typed_per_filter_config: 'any{}',
      },
      ['route', 'direct_response'],
    ),
    RouteMatch: message({ path: 'string', prefix: 'string', headers: 'HeaderMatcher[]' }, ['path', 'prefix']),
    HeaderMatcher: message({ name: 'string!', string_match: 'StringMatcher!' }),
    DirectResponse: message({ status: 'uint32!' }),
    RouteAction: message({
      cluster: 'string!',
      timeout: 'duration',
      host_rewrite_literal: 'string',
      retry_policy: 'RetryPolicy',
    }),
    RetryPolicy: message({
      retry_on: 'string!',
      num_retries: 'uint32',
      retry_back_off: 'RetryBackOff',
      retry_host_predicate: 'Extension[]',
      host_selection_retry_max_attempts: 'int64',
    }),
    RetryBackOff: message({ base_interval: 'duration!', max_interval: 'duration' }),
    'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate': message({}),

    'envoy.extensions.filters.http.router.v3.Router': message({ suppress_envoy_headers: 'bool' }),
    'envoy.extensions.filters.http.lua.v3.Lua': message({}),
    'envoy.extensions.filters.http.lua.v3.LuaPerRoute': message({ source_code: 'DataSource!' }),
    'envoy.extensions.filters.http.health_check.v3.HealthCheck': message({
      pass_through_mode: 'bool!',
      headers: 'HeaderMatcher[]!',
      cluster_min_healthy_percentages: 'Percent{}!',
    }),
    Percent: message({ value: 'uint32!' }),
    'envoy.extensions.filters.http.rbac.v3.RBAC': message({ rules: 'Rules!' }),
    Rules: message({ action: 'ALLOW|DENY|LOG', policies: 'Policy{}!' }),
    Policy: message({ permissions: 'Permission[]!', principals: 'Principal[]!' }),
    Permission: message({ any: 'bool', header: 'HeaderMatcher' }, ['any', 'header']),
    Principal: message({ any: 'bool', custom: 'Extension' }, ['any', 'custom']),
    'envoy.extensions.rbac.principals.mtls_authenticated.v3.Config': message({ san_matcher: 'SubjectAltNameMatcher!' }),
    'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog': message({ log_format: 'SubstitutionFormat!' }),
    SubstitutionFormat: message({ json_format: 'string{}!' }),
    'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig': message({
      max_active_downstream_connections: 'int64!',
    }),

    Cluster: message(
      {
        name: 'string!',
        type: 'STATIC|STRICT_DNS|LOGICAL_DNS|EDS|ORIGINAL_DST',
        cluster_type: 'Extension',
        connect_timeout: 'duration',
        wait_for_warm_on_init: 'bool',
        typed_extension_protocol_options: 'any{}',
        health_checks: 'ClusterHealthCheck[]',
        transport_socket: 'Extension',
        load_assignment: 'ClusterLoadAssignment!',
      },
      ['type', 'cluster_type'],
    ),
    'envoy.extensions.clusters.dns.v3.DnsCluster': message({
      dns_lookup_family: 'V4_ONLY|V6_ONLY|V4_PREFERRED|AUTO|ALL',
      dns_refresh_rate: 'duration',
      respect_dns_ttl: 'bool',
      dns_failure_refresh_rate: 'RetryBackOff',
    }),
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': message({
      common_http_protocol_options: 'HttpProtocolOptions',
      explicit_http_config: 'ExplicitHttpConfig!',
    }),
    ExplicitHttpConfig: message(
      { http_protocol_options: 'Http1ProtocolOptions', http2_protocol_options: 'Http2ProtocolOptions' },
      ['http_protocol_options', 'http2_protocol_options'],
    ),
    Http1ProtocolOptions: message({}),
    ClusterHealthCheck: message(
      {
        timeout: 'duration!',
        interval: 'duration!',
        unhealthy_threshold: 'uint32!',
        healthy_threshold: 'uint32!',
        no_traffic_interval: 'duration',
        no_traffic_healthy_interval: 'duration',
        tcp_health_check: 'TcpHealthCheck',
        http_health_check: 'HttpHealthCheck',
      },
      ['tcp_health_check', 'http_health_check'],
    ),
    TcpHealthCheck: message({}),
    HttpHealthCheck: message({
      host: 'string',
      path: 'string!',
      expected_statuses: 'Int64Range[]',
      retriable_statuses: 'Int64Range[]',
    }),
    Int64Range: message({ start: 'int64', end: 'int64' }),
    ClusterLoadAssignment: message({ cluster_name: 'string!', endpoints: 'LocalityLbEndpoints[]!' }),
    LocalityLbEndpoints: message({ lb_endpoints: 'LbEndpoint[]!' }),
    LbEndpoint: message({ endpoint: 'Endpoint!' }),
    Endpoint: message({ address: 'Address!' }),
  }),
);
