import { bootstrap, envoyArguments, files } from '../../../lib/mesh/envoy';
import { bare, call, served } from './intents';
import { clusterOf, filtersOf, httpOf, listenerOf, routesOf } from './read';

// What was learnt from running real Envoys, each with the way it fails. The conformance tests show most of it again.

const intent = { ...served, egress: [call('inventory')] };
const made = bootstrap(intent);
const downstream = listenerOf(made, 'inbound').filter_chains[0].transport_socket?.typed_config;
const upstreams = ['self_mtls', 'egress_inventory'].map((name) => clusterOf(made, name).transport_socket?.typed_config);

test('TLS 1.3 is the lowest and the highest version, on both sides', () => {
  const both = { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' };
  for (const context of [downstream, ...upstreams]) expect(context?.common_tls_context.tls_params).toEqual(both);
});

test('Envoy is told its node and cluster, without which it reads no secret from a file', () => {
  const parameters = envoyArguments(intent, { serviceNode: 'cart-1' });
  expect(parameters.slice(2, 6)).toEqual(['--service-cluster', 'cart', '--service-node', 'cart-1']);
});

test('no TLS session is resumed, on either side', () => {
  expect(downstream).toMatchObject({
    disable_stateless_session_resumption: true,
    disable_stateful_session_resumption: true,
  });
  for (const context of upstreams) expect(context?.max_session_keys).toBe(0);
});

test('it is started when its certificates are good, ready when the program is there too', () => {
  const settings = filtersOf(made, 'health', 'health_check').map((one) => ({ ...one, headers: undefined }));
  expect(settings).toEqual([
    { pass_through_mode: false, cluster_min_healthy_percentages: { self_mtls: { value: 100 } } },
    {
      pass_through_mode: false,
      cluster_min_healthy_percentages: { local_app: { value: 100 }, self_mtls: { value: 100 } },
    },
    { pass_through_mode: false, cluster_min_healthy_percentages: { local_app: { value: 100 } } },
  ]);
  const self = clusterOf(made, 'self_mtls');
  expect(self.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address).toEqual({
    socket_address: { address: '127.0.0.1', port_value: 8443 },
  });
  expect(upstreams[0]?.common_tls_context.combined_validation_context.default_validation_context).toEqual({
    match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: 'spiffe://shop.example/ns/shop/sa/cart' } }],
  });
});

test('a program that only calls has a door on loopback to try its certificates at, and asks for no program', () => {
  const job = bootstrap({ ...bare, egress: [call('inventory')] });
  expect(listenerOf(job, 'inbound').address.socket_address).toEqual({ address: '127.0.0.1', port_value: 8443 });
  expect(routesOf(job, 'inbound')).toEqual([{ match: { prefix: '/' }, direct_response: { status: 404 } }]);
  const started = { pass_through_mode: false, cluster_min_healthy_percentages: { self_mtls: { value: 100 } } };
  expect(filtersOf(job, 'health', 'health_check').map((one) => ({ ...one, headers: undefined }))).toEqual([
    started,
    started, // and so it is ready
  ]);
  expect(job.static_resources.clusters.map(({ name }) => name)).toEqual(['self_mtls', 'egress_inventory', 'admin']);
});

test('the folder of the certificates is watched, for the file of SDS and for the certificates in it', () => {
  expect(downstream?.common_tls_context.tls_certificate_sds_secret_configs).toMatchInlineSnapshot(`
    [
      {
        "name": "sds-cert",
        "sds_config": {
          "path_config_source": {
            "path": "/etc/envoy/sds-cert.json",
            "watched_directory": {
              "path": "/etc/envoy-certs",
            },
          },
          "resource_api_version": "V3",
        },
      },
    ]
  `);
  const inside = ['sds-cert.json', 'sds-ca.json'].map((file) => JSON.parse(files(intent)[file]).resources[0]);
  expect(inside).toMatchObject([
    {
      tls_certificate: {
        certificate_chain: { filename: '/etc/envoy-certs/tls.crt' },
        watched_directory: { path: '/etc/envoy-certs' },
      },
    },
    {
      validation_context: {
        trusted_ca: { filename: '/etc/envoy-certs/ca.crt' },
        watched_directory: { path: '/etc/envoy-certs' },
      },
    },
  ]);
});

test('a program that comes late is seen after a second, not after a minute', () => {
  expect(clusterOf(made, 'local_app').health_checks).toEqual([
    {
      timeout: '1s',
      interval: '2s',
      unhealthy_threshold: 2,
      healthy_threshold: 1,
      no_traffic_interval: '1s',
      no_traffic_healthy_interval: '2s',
      tcp_health_check: {},
    },
  ]);
  expect(clusterOf(made, 'self_mtls').health_checks?.[0].no_traffic_interval).toBe('1s');
});

test('a program with a health path is asked there; no single answer but a success or a failure twice decides', () => {
  const { health_checks } = clusterOf(bootstrap({ ...bare, app: { port: 8081, healthPath: '/healthz' } }), 'local_app');
  expect(health_checks).toEqual([
    {
      timeout: '1s',
      interval: '2s',
      unhealthy_threshold: 2,
      healthy_threshold: 1,
      no_traffic_interval: '1s',
      no_traffic_healthy_interval: '2s',
      http_health_check: {
        host: '127.0.0.1:8081',
        path: '/healthz',
        expected_statuses: [{ start: '200', end: '400' }],
        retriable_statuses: [{ start: '400', end: '600' }],
      },
    },
  ]);
});

test('listeners do not wait for DNS', () => {
  expect(clusterOf(made, 'egress_inventory')).toMatchObject({
    wait_for_warm_on_init: false,
    cluster_type: {
      name: 'envoy.clusters.dns',
      typed_config: { dns_lookup_family: 'V4_ONLY', dns_refresh_rate: '1s' },
    },
  });
});

test('the drain hook asks for connections to end, of callers only, and keeps the listeners', () => {
  const [, drain] = routesOf(made, 'health');
  expect(drain.match).toEqual({
    path: '/drain-3f9c2a',
    headers: [
      { name: ':method', string_match: { exact: 'GET' } },
      { name: ':path', string_match: { exact: '/drain-3f9c2a' } },
    ],
  });
  const program = JSON.stringify(drain.typed_per_filter_config);
  expect(program).toContain('/drain_listeners?graceful&skip_exit&inboundonly');
  expect(program).not.toContain('3f9c2a');
});

test('a connection lasts a minute, so that a certificate that was replaced does not last longer', () => {
  expect(httpOf(made, 'inbound').common_http_protocol_options?.max_connection_duration).toBe('60s');
  const edge = bootstrap({ ...bare, maxConnectionSeconds: 30, app: { port: 1, edge: { port: 2, timeoutSeconds: 3 } } });
  expect(httpOf(edge, 'edge').common_http_protocol_options?.max_connection_duration).toBe('30s');
});

test('a machine that is gone costs half a second, and the request goes elsewhere', () => {
  expect(clusterOf(made, 'egress_inventory').connect_timeout).toBe('0.5s');
  expect(routesOf(made, 'egress_inventory')[0]).toMatchObject({
    route: {
      timeout: '10s',
      retry_policy: {
        retry_on: 'connect-failure,refused-stream,reset-before-request',
        num_retries: 2,
        retry_host_predicate: [{ name: 'envoy.retry_host_predicates.previous_hosts' }],
      },
    },
  });
});
