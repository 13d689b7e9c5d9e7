import { bootstrap, type EnvoyIntent, envoyArguments, files } from '../../../lib/mesh/envoy';
import { bare, call, INTENTS, served, spiffe } from './intents';
import { clusterOf, filtersOf, httpOf, listenerOf, routesOf } from './read';

const withCallers = (callers: NonNullable<NonNullable<EnvoyIntent['app']>['inbound']>['callers']) =>
  bootstrap({ ...bare, app: { port: 8081, inbound: { port: 8443, callers, timeoutSeconds: 15 } } });
const rulesOf = (made: ReturnType<typeof bootstrap>, listener = 'inbound') => filtersOf(made, listener, 'rbac');

test('the door of the mesh wants a certificate of the trust domain', () => {
  const context = listenerOf(bootstrap(served), 'inbound').filter_chains[0].transport_socket?.typed_config;
  expect(context?.require_client_certificate).toBe(true);
  expect(context?.common_tls_context.combined_validation_context.default_validation_context).toEqual({
    match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://shop.example/' } }],
  });
});

test('and after it a list of callers', () => {
  expect(rulesOf(withCallers([{ identity: spiffe('gateway'), methods: ['GET', 'POST'] }]))).toMatchInlineSnapshot(`
    [
      {
        "rules": {
          "action": "ALLOW",
          "policies": {
            "spiffe://shop.example/ns/shop/sa/gateway": {
              "permissions": [
                {
                  "header": {
                    "name": ":method",
                    "string_match": {
                      "exact": "GET",
                    },
                  },
                },
                {
                  "header": {
                    "name": ":method",
                    "string_match": {
                      "exact": "POST",
                    },
                  },
                },
              ],
              "principals": [
                {
                  "custom": {
                    "name": "envoy.rbac.principals.mtls_authenticated",
                    "typed_config": {
                      "@type": "type.googleapis.com/envoy.extensions.rbac.principals.mtls_authenticated.v3.Config",
                      "san_matcher": {
                        "matcher": {
                          "exact": "spiffe://shop.example/ns/shop/sa/gateway",
                        },
                        "san_type": "URI",
                      },
                    },
                  },
                },
              ],
            },
          },
        },
      },
    ]
  `);
});

test('no callers, or one without a method, lets nobody in', () => {
  const nobody = [{ rules: { action: 'ALLOW', policies: {} } }];
  expect(rulesOf(withCallers([]))).toEqual(nobody);
  expect(rulesOf(withCallers([{ identity: spiffe('gateway'), methods: [] }]))).toEqual(nobody);
});

test('a caller that is named twice may do what either place allows', () => {
  const identity = spiffe('gateway');
  const permissionsOf = (...methods: (string[] | undefined)[]) =>
    JSON.stringify(rulesOf(withCallers(methods.map((one) => ({ identity, methods: one })))))
      .match(/"permissions":(\[.*?\])/)?.[1]
      .match(/"exact":"[A-Z]+"|"any":true/g);
  expect(permissionsOf(['POST'], ['GET', 'POST'])).toEqual(['"exact":"GET"', '"exact":"POST"']);
  expect(permissionsOf(['POST'], undefined)).toEqual(['"any":true']);
  expect(permissionsOf(undefined, ['POST'])).toEqual(['"any":true']);
});

test('the order in which callers are declared changes nothing', () => {
  const [a, b] = [{ identity: spiffe('a') }, { identity: spiffe('b') }];
  expect(JSON.stringify(withCallers([a, b]))).toBe(JSON.stringify(withCallers([b, a])));
});

test('the router ends every chain of filters, and RBAC stands before it', () => {
  const chains = bootstrap(served).static_resources.listeners.map(({ name }) => [
    name,
    ...httpOf(bootstrap(served), name).http_filters.map((filter) => filter.name.replace('envoy.filters.http.', '')),
  ]);
  expect(chains).toEqual([
    ['inbound', 'rbac', 'router'],
    ['health', 'health_check', 'health_check', 'health_check', 'lua', 'router'],
    ['stats', 'router'],
  ]);
});

test('who the caller is comes from its certificate; at the edge nobody is anybody', () => {
  expect(httpOf(bootstrap(served), 'inbound')).toMatchObject({
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { uri: true },
    use_remote_address: true,
  });
  const edge = bootstrap({ ...bare, app: { port: 8081, edge: { port: 8080, timeoutSeconds: 15 } } });
  expect(httpOf(edge, 'edge').forward_client_cert_details).toBe('SANITIZE');
  expect(httpOf(edge, 'edge').set_current_client_cert_details).toBeUndefined();
});

test('edge alone: the mesh has no door but the one on loopback', () => {
  const edge = bootstrap({ ...bare, app: { port: 8081, edge: { port: 8080, timeoutSeconds: 15 } } });
  expect(listenerOf(edge, 'inbound').address.socket_address.address).toBe('127.0.0.1');
  expect(listenerOf(edge, 'edge').filter_chains[0].transport_socket).toBeUndefined();
  expect(rulesOf(edge, 'edge')).toEqual([]);
});

test('a call has a port on loopback, the callee’s name and exactly its identity', () => {
  const made = bootstrap({ ...bare, egress: [call('inventory')] });
  expect(listenerOf(made, 'egress_inventory').address.socket_address).toEqual({
    address: '127.0.0.1',
    port_value: 15101,
  });
  expect(routesOf(made, 'egress_inventory')[0]).toMatchObject({
    route: { cluster: 'egress_inventory', host_rewrite_literal: 'inventory.shop.example' },
  });
  const { load_assignment, transport_socket } = clusterOf(made, 'egress_inventory');
  expect(load_assignment.endpoints[0].lb_endpoints[0].endpoint.address).toEqual({
    socket_address: { address: 'inventory.shop.example.', port_value: 8443 },
  });
  expect(transport_socket?.typed_config.sni).toBe('inventory.shop.example');
  expect(transport_socket?.typed_config.common_tls_context).toMatchObject({
    alpn_protocols: ['h2'],
    combined_validation_context: {
      default_validation_context: {
        match_typed_subject_alt_names: [{ matcher: { exact: spiffe('inventory') } }],
      },
    },
  });
});

test('methods of a call are judged before it leaves; without a list they are not', () => {
  const made = bootstrap({ ...bare, egress: [{ ...call('a'), methods: ['GET'] }, call('b', 15102)] });
  expect(JSON.stringify(rulesOf(made, 'egress_a'))).toContain('"string_match":{"exact":"GET"}');
  expect(rulesOf(made, 'egress_b')).toEqual([]);
});

test('time is written as protobuf reads it', () => {
  const timeouts = [0, 0.25, 15, 1e-7].map((timeoutSeconds) => {
    const made = bootstrap({ ...bare, egress: [{ ...call('a'), timeoutSeconds }] });
    return JSON.stringify(routesOf(made, 'egress_a')).match(/"timeout":"(.*?)"/)?.[1];
  });
  expect(timeouts).toEqual(['0s', '0.25s', '15s', '0s']);
});

test('IPv6 listens on every address and takes IPv4 with it; loopback stays what it is', () => {
  const made = bootstrap({ ...served, egress: [call('inventory')], ipFamily: 'V6' });
  const all = { address: '::', ipv4_compat: true };
  expect(made.static_resources.listeners.map(({ address }) => address.socket_address)).toMatchObject([
    all,
    { address: '127.0.0.1' },
    all,
    all,
  ]);
  expect(JSON.stringify(made)).toContain('"dns_lookup_family":"V6_ONLY"');
});

test('the admin interface is a socket of its owner; an abstract one is no file and has no mode', () => {
  expect(bootstrap(bare).admin.address).toEqual({ pipe: { path: '/run/envoy/admin.sock', mode: 0o600 } });
  expect(bootstrap({ ...bare, adminPipe: '@admin' }).admin.address).toEqual({ pipe: { path: '@admin' } });
});

test('the health_check filter gets the two statistics it reads', () => {
  const { patterns } = bootstrap(bare).stats_config.stats_matcher.inclusion_list;
  expect(patterns).toEqual(
    expect.arrayContaining([{ suffix: '.membership_healthy' }, { suffix: '.membership_total' }]),
  );
});

test('everything comes by files and arguments', () => {
  expect(envoyArguments(served, { serviceNode: 'cart-1' }).join(' ')).toBe(
    '--config-path /etc/envoy/bootstrap.json --service-cluster cart --service-node cart-1 --concurrency 1 ' +
      '--disable-hot-restart --drain-time-s 5 --drain-strategy immediate --file-flush-interval-msec 1000 --log-level warning',
  );
  expect(Object.keys(files(served))).toEqual(['bootstrap.json', 'sds-cert.json', 'sds-ca.json']);
});

test.each(Object.entries(INTENTS))('%s: one intent, one text, and the text is the bootstrap', (_, intent) => {
  const { 'bootstrap.json': text } = files(intent);
  expect(files(structuredClone(intent))['bootstrap.json']).toBe(text);
  expect(JSON.parse(text)).toStrictEqual(bootstrap(intent)); // so there is no field that is undefined
});

test('a bootstrap that was patched is what is written', () => {
  const patched = { ...bootstrap(served), admin: { address: { pipe: { path: '@other' } } } };
  expect(JSON.parse(files(served, patched)['bootstrap.json']).admin.address.pipe.path).toBe('@other');
});
