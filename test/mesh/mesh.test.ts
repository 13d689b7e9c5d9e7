import { Chart, Duration, Size } from 'cdk8s';
import { Cpu, Ingress, Namespaces } from 'cdk8s-plus-28';
import {
  ImageFormat,
  MeshIdentity,
  MeshMode,
  Probe,
  WasmMesh,
  WasmMicroservice,
  WasmPayload,
  WasmRuntime,
} from '../../lib';
import {
  all,
  DIGEST,
  findingsOf,
  guestOf,
  httpImage,
  imageOf,
  type Json,
  only,
  platform,
  podOf,
} from '../support/programs';
import { bootstrapOf, filtersOf, identity, listenerOf, meshed, named } from './meshed';

test('the guest listens on loopback, and its sidecar stands in front of it', () => {
  const { chart, service } = meshed();
  service('cart');
  const deployment = only(chart, 'Deployment');
  const guest = guestOf(deployment);
  expect(guest.env).toEqual([{ name: 'WASMTIME_HTTP_PROXY_SOCKET_ADDR', value: '127.0.0.1:8081' }]);
  expect([guest.ports, guest.startupProbe, guest.readinessProbe, guest.livenessProbe]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(guest.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  const [envoy] = podOf(deployment).initContainers;
  expect(envoy).toMatchObject({
    name: 'envoy',
    restartPolicy: 'Always',
    startupProbe: { httpGet: { path: '/started', port: 15021 }, periodSeconds: 1, failureThreshold: 30 },
    readinessProbe: { httpGet: { path: '/ready', port: 15021 }, periodSeconds: 1, failureThreshold: 2 },
    livenessProbe: { httpGet: { path: '/live', port: 15021 }, periodSeconds: 10, failureThreshold: 3 },
    lifecycle: { preStop: { httpGet: { path: expect.stringMatching(/^\/drain-[0-9a-f]{8}$/), port: 15021 } } },
    securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
  });
  expect(envoy.args).toContain('$(POD_NAMESPACE).$(POD_NAME)');
  expect(podOf(deployment).terminationGracePeriodSeconds).toBe(20);
  expect(findingsOf(chart)).toEqual([]);
});

test('certificates are mounted into the sidecar only, readable by the group of the pod', () => {
  const { chart, service } = meshed();
  service('cart');
  const pod = podOf(only(chart, 'Deployment'));
  expect(pod.volumes).toContainEqual({ name: 'secret-1', secret: { secretName: 'cart-mesh-tls', defaultMode: 0o440 } });
  expect(pod.containers[0].volumeMounts).toBeUndefined();
  expect(only(chart, 'Certificate').spec).toEqual({
    secretName: 'cart-mesh-tls',
    duration: '86400s',
    renewBefore: '28800s',
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    uris: ['spiffe://shop.example/ns/shop/sa/cart'],
    usages: ['digital signature', 'server auth', 'client auth'],
    issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'mesh-ca' },
  });
});

test('a call becomes a port on loopback, an admitted identity, and a policy for the mesh port alone', () => {
  const { chart, service } = meshed();
  const cart = service('cart');
  service('gateway').calls(cart, { methods: ['GET'], timeout: Duration.seconds(2), path: '/v1' });
  const environment = guestOf(named(chart, 'Deployment', 'gateway')).env;
  expect(environment).toContainEqual({ name: 'CART_URL', value: 'http://127.0.0.1:15101/v1' });
  const text = JSON.stringify(bootstrapOf(chart, 'gateway'));
  expect(text).toContain('cart.shop.svc.cluster.local.');
  expect(text).toContain('spiffe://shop.example/ns/shop/sa/cart');
  expect(JSON.stringify(bootstrapOf(chart, 'cart'))).toContain('spiffe://shop.example/ns/shop/sa/gateway');
  const selector = (name: string) => ({
    matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'service' },
  });
  expect(named(chart, 'NetworkPolicy', 'cart').spec.ingress).toEqual([
    { from: [{ podSelector: selector('gateway') }], ports: [{ port: 8443, protocol: 'TCP' }] },
    { from: [{ namespaceSelector: {} }], ports: [{ port: 15090, protocol: 'TCP' }] },
  ]);
  expect(named(chart, 'NetworkPolicy', 'gateway').spec.egress[1]).toEqual({
    to: [{ podSelector: selector('cart') }],
    ports: [{ port: 8443, protocol: 'TCP' }],
  });
  expect(named(chart, 'Service', 'cart').spec.ports).toEqual([
    { name: 'mesh', port: 8443, targetPort: 8443, protocol: 'TCP' },
  ]);
  expect(findingsOf(chart)).toEqual([]);
});

test('the door for callers outside the mesh opens when somebody is let in', () => {
  const { chart, service } = meshed();
  const gateway = service('gateway');
  new Ingress(chart, 'entry').addRule('/', gateway.toIngressBackend());
  gateway.allowIngressFrom(Namespaces.select(chart, 'ingress', { names: ['ingress'] }));
  expect(only(chart, 'Service').spec.ports.map((port: Json) => [port.name, port.port, port.targetPort])).toEqual([
    ['http', 80, 8080],
    ['mesh', 8443, 8443],
  ]);
  expect(podOf(only(chart, 'Deployment')).initContainers[0].ports).toContainEqual({
    name: 'http',
    containerPort: 8080,
  });
  expect(only(chart, 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
  expect(findingsOf(chart)).toEqual([]);
});

test('the configuration is immutable and named by its content', () => {
  const name = (calls: boolean) => {
    const { chart, service } = meshed();
    const [cart, gateway] = [service('cart'), service('gateway')];
    if (calls) gateway.calls(cart);
    const config = all(chart, 'ConfigMap').find((object) => object.metadata.name.startsWith('cart-envoy-'));
    expect(config.immutable).toBe(true);
    expect(podOf(named(chart, 'Deployment', 'cart')).volumes[0].configMap.name).toBe(config.metadata.name);
    return config.metadata.name;
  };
  expect(name(true)).toBe(name(true));
  expect(name(true)).not.toBe(name(false));
});

test('metrics of every member are asked for, unless nobody is there to ask', () => {
  const { chart, service } = meshed();
  service('cart');
  expect(only(chart, 'PodMonitor').spec).toMatchObject({
    selector: { matchLabels: { 'cdk8s-wasm.dev/mesh': 'mesh' } },
    namespaceSelector: { matchNames: ['shop'] },
  });
  expect(only(chart, 'Deployment').spec.template.metadata.labels['cdk8s-wasm.dev/mesh']).toBe('mesh');
  expect(all(meshed({ podMonitor: false }).chart, 'PodMonitor')).toEqual([]);
});

test('image, cpu and memory of the proxy are what was said', () => {
  const image = `acme/envoy@${DIGEST}`;
  const { chart, mesh, service } = meshed({
    mode: MeshMode.envoy({ image, cpuRequest: Cpu.millis(5), memory: Size.mebibytes(64) }),
  });
  service('cart');
  expect(mesh.images).toEqual([image]);
  expect(podOf(only(chart, 'Deployment')).initContainers[0]).toMatchObject({
    image,
    resources: { requests: { cpu: '5m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  });
});

test('a health path is asked by the proxy, and the kubelet asks the proxy whether to start the guest again', () => {
  const { chart, service } = meshed();
  service('cart', { healthPath: '/healthz' });
  const [check] = bootstrapOf(chart, 'cart').static_resources.clusters[0].health_checks;
  expect(check.http_health_check).toMatchObject({ host: '127.0.0.1:8081', path: '/healthz' });
  expect(check.tcp_health_check).toBeUndefined();
  const guest = guestOf(only(chart, 'Deployment'));
  expect(guest.startupProbe).toMatchObject({ httpGet: { path: '/app', port: 15021 }, periodSeconds: 1 });
  expect(guest.livenessProbe).toMatchObject({ httpGet: { path: '/app', port: 15021 }, periodSeconds: 10 });
  expect(guest.readinessProbe).toBeUndefined(); // that is the proxy's own
  const paths = filtersOf(chart, 'cart', 'health', 'health_check').map((one) => one.headers[1].string_match.exact);
  expect(paths).toEqual(['/started', '/ready', '/app']);
  expect(findingsOf(chart)).toEqual([]);
});

test('a port that a sidecar of the program has is passed over by calls', () => {
  const { chart, service } = meshed();
  const [cart, inventory] = [service('cart'), service('inventory')];
  const gateway = service('gateway', {
    sidecars: [{ name: 'log', image: `acme/log@${DIGEST}`, ports: { log: 15101, more: 15103 } }],
  });
  gateway.calls(cart);
  gateway.calls(inventory);
  const environment = guestOf(named(chart, 'Deployment', 'gateway')).env;
  expect(environment.slice(1)).toEqual([
    { name: 'CART_URL', value: 'http://127.0.0.1:15102' },
    { name: 'INVENTORY_URL', value: 'http://127.0.0.1:15104' },
  ]);
  expect(listenerOf(chart, 'gateway', 'egress_cart-15102').address.socket_address.port_value).toBe(15102);
  expect(findingsOf(chart)).toEqual([]);
});

test('the callee waits as long as its most patient caller, and the edge for the calls behind an answer too', () => {
  const { chart, service } = meshed();
  const [cart, gateway, web] = [service('cart'), service('gateway'), service('web')];
  gateway.toIngressBackend();
  gateway.calls(cart, { timeout: Duration.seconds(60) });
  web.calls(cart, { timeout: Duration.millis(250) });
  web.calls(gateway, { timeout: Duration.seconds(30) });
  const timeout = (name: string, listener: string) =>
    listenerOf(chart, name, listener).filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes[0]
      .route.timeout;
  expect(timeout('cart', 'inbound')).toBe('60s');
  expect(timeout('web', 'egress_cart-15101')).toBe('0.25s');
  expect([timeout('gateway', 'inbound'), timeout('gateway', 'edge')]).toEqual(['30s', '60s']);
  expect(findingsOf(chart)).toEqual([]);
});

test('a caller that calls twice may do what either call says, and somebody who calls once without methods everything', () => {
  const { chart, service } = meshed();
  const [cart, gateway, web] = [service('cart'), service('gateway'), service('web')];
  gateway.calls(cart, { methods: ['POST'] });
  gateway.calls(cart, { variable: 'CART_READ', methods: ['GET'] });
  web.calls(cart);
  const [{ rules }] = filtersOf(chart, 'cart', 'inbound', 'rbac');
  const permissions = Object.entries<Json>(rules.policies).map(([name, policy]) => [
    name.replace(/.*\//, ''),
    policy.permissions.map((one: Json) => one.header?.string_match.exact ?? 'any'),
  ]);
  expect(permissions).toEqual([
    ['gateway', ['GET', 'POST']],
    ['web', ['any']],
  ]);
});

test.each(['shop_1.example', 'a-b'])('%s is a trust domain, for the mesh and for its proxies', (trustDomain) => {
  const { chart, service } = meshed({ trustDomain });
  service('cart');
  expect(findingsOf(chart)).toEqual([]);
});

describe('refusals', () => {
  beforeEach(() => {
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('a call out of the mesh', () => {
    const { chart, pool, service } = meshed();
    service('gateway').calls(new WasmMicroservice(chart, 'cart', { pool, image: httpImage() }));
    expect(findingsOf(chart)).toEqual([
      '[shop/gateway] WASM0350: shop/gateway (shop/mesh) calls shop/cart (no mesh); put both into one `mesh`',
    ]);
  });

  test('conditions on a call that nobody enforces', () => {
    const { chart, pool } = platform();
    const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
    new WasmMicroservice(chart, 'gateway', { pool, image: httpImage() }).calls(cart, {
      methods: ['GET'],
      timeout: Duration.seconds(1),
    });
    expect(findingsOf(chart)).toEqual([
      '[shop/gateway] WASM0351: calls(shop/cart) sets `methods` and `timeout`, and there is no mesh; give both services a `mesh`, or leave it out',
    ]);
  });

  test('what the mesh decides', () => {
    const { chart, service } = meshed();
    service('cart', { port: 9000, readiness: Probe.tcp() });
    expect(findingsOf(chart)).toEqual([
      '[shop/cart] WASM0352: `port` and `readiness` set in a mesh; leave it out: the guest listens where only its sidecar reaches it, and the sidecar is asked how it is',
    ]);
  });

  test('a runtime without sidecars', () => {
    const { app } = meshed();
    const chart = new Chart(app, 'old', { namespace: 'old' });
    const mesh = new WasmMesh(chart, 'mesh', { trustDomain: 'shop.example', identity });
    const { pool } = platform({ runtime: WasmRuntime.krustlet() });
    new WasmMicroservice(chart, 'cart', {
      pool,
      mesh,
      image: imageOf(WasmPayload.MODULE, { format: ImageFormat.WASM_TO_OCI }),
    });
    expect(findingsOf(chart)).toContain(
      '[old/cart] WASM0601: krustlet runs no sidecars: only Wasm layers are pulled; leave `mesh` out, or use a pool with runtime wasmtime',
    );
  });

  test('a guest that listens where it likes', () => {
    const { chart, service } = meshed();
    const { pool } = platform({ runtime: WasmRuntime.WASMEDGE });
    service('chat', { pool, image: imageOf(WasmPayload.MODULE) });
    expect(findingsOf(chart)).toContain(
      '[shop/chat] WASM0602: shop/chat listens by itself under wasmedge, and cannot be told to stay on loopback; leave `mesh` out, or build it as a wasi:http component for a pool with runtime wasmtime',
    );
  });

  test('a chart without a namespace', () => {
    const { app, pool } = platform();
    const chart = new Chart(app, 'nowhere');
    const mesh = new WasmMesh(chart, 'mesh', { trustDomain: 'shop.example', identity });
    new WasmMicroservice(chart, 'cart', { pool, mesh, image: httpImage() });
    expect(findingsOf(chart)).toContain(
      '[nowhere/cart] WASM0603: the chart of nowhere/cart says no namespace; set `namespace` of the chart',
    );
  });

  test.each([
    [15021, 'where the mesh is asked for its health'],
    [8443, 'where members of the mesh come in'],
    [15090, 'where the mesh is asked for metrics'],
    [8080, 'kept for callers outside the mesh'],
    [8081, 'where the guest listens'],
  ])('port %d, which the mesh needs', (port, use) => {
    const { chart, service } = meshed();
    service('cart', { sidecars: [{ name: 'log', image: `acme/log@${DIGEST}`, ports: { log: port } }] });
    expect(findingsOf(chart)).toEqual([
      `[shop/cart] WASM0604: a container of shop/cart takes port ${port}, ${use}; give it another port in \`ports\` of the sidecar`,
    ]);
  });

  test('a cluster without native sidecars', () => {
    const { chart, service } = meshed();
    service('cart', { pool: platform({ kubernetesVersion: '1.28' }).pool });
    expect(findingsOf(chart)).toContain(
      '[shop/cart] WASM0605: the mesh needs Kubernetes 1.29, and the pool says 1.28; upgrade, or leave `mesh` out',
    );
  });

  test('a trust domain that is none', () => {
    const { chart, service } = meshed({ trustDomain: 'https://shop.example/' });
    service('cart');
    expect(findingsOf(chart)).toEqual([
      '[shop/mesh] WASM0606: `trustDomain` is "https://shop.example/"; use a name of a-z, 0-9, ., - and _, such as shop.example',
    ]);
  });

  test('a proxy that is not pinned', () => {
    const { chart, service } = meshed({ mode: MeshMode.envoy({ image: 'envoyproxy/envoy:v1.39.1' }) });
    for (const id of ['cart', 'inventory']) service(id);
    expect(findingsOf(chart)).toEqual([
      '[shop/mesh] WASM0607: the mesh runs envoyproxy/envoy:v1.39.1, which can change; pin `image` of MeshMode.envoy() as NAME@sha256:…',
    ]);
  });

  test('a method in small letters, which nothing would match, is said once', () => {
    const { chart, service } = meshed();
    const cart = service('cart');
    service('gateway').calls(cart, { methods: ['get', 'POST', 'get'] });
    expect(findingsOf(chart)).toEqual([
      '[shop/gateway] WASM0608: calls(shop/cart) names method "get"; write `methods` in capitals, such as GET',
    ]);
  });

  test('a call that may take no time, which the proxy takes for no limit', () => {
    const { chart, service } = meshed();
    const cart = service('cart');
    service('gateway').calls(cart, { timeout: Duration.seconds(0) });
    expect(findingsOf(chart)).toEqual([
      '[shop/gateway] WASM0610: calls(shop/cart) sets `timeout` to 0 ms; set at least 1 ms, or leave it out',
    ]);
  });

  test('a configuration the proxy would misunderstand', () => {
    const { chart, service } = meshed();
    service('cart', { healthPath: 'healthz' });
    expect(findingsOf(chart)).toEqual([
      '[shop/cart] WASM0609: the proxy of shop/cart: healthPath "healthz" is not a path: it begins with / and has neither blanks nor #; change the calls or ports that lead to it',
    ]);
  });

  test('a container with the name of the proxy', () => {
    const { chart, service } = meshed();
    service('cart', { sidecars: [{ name: 'envoy', image: `acme/envoy@${DIGEST}` }] });
    service('envoy');
    const says = 'WASM0102: "envoy" cannot name a container: the sidecar of the mesh has it; set `name`';
    expect(findingsOf(chart)).toEqual([`[shop/cart] ${says}`, `[shop/envoy] ${says}`]);
  });

  test.each([
    [{ duration: Duration.minutes(10) }, '`duration` is 600 s'],
    [{ renewBefore: Duration.minutes(4) }, '`renewBefore` is 240 s of 86400 s'],
    [{ duration: Duration.hours(2), renewBefore: Duration.hours(2) }, '`renewBefore` is 7200 s of 7200 s'],
  ])('certificates that are not issued: %j', (times, says) => {
    expect(() => MeshIdentity.certManager({ issuer: 'mesh-ca', ...times })).toThrow(
      `WASM0611: ${says}; let \`duration\` be at least an hour, and \`renewBefore\` at least 5 minutes and shorter than it`,
    );
  });
});
