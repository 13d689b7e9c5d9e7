import { Chart, JsonPatch } from 'cdk8s';
import {
  HorizontalPodAutoscaler,
  Ingress,
  Metric,
  MetricTarget,
  Namespaces,
  NetworkPolicy,
  NetworkPolicyIpBlock,
  NetworkPolicyPort,
  Pods,
} from 'cdk8s-plus-28';
import { Manifest, NetworkIsolation, WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import { all, findingsOf, guestOf, httpImage, only, platform } from '../support/programs';

const SELECTOR = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'service' });
const DNS = {
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

test('one pod needs neither a disruption budget nor spreading', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), replicas: 1 });
  expect(all(chart, 'PodDisruptionBudget')).toEqual([]);
  expect(only(chart, 'Deployment').spec.template.spec.topologySpreadConstraints).toBeUndefined();
});

test('two pods leave one at a time and prefer different nodes and zones', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  expect(only(chart, 'Deployment').spec.replicas).toBe(2);
  expect(only(chart, 'PodDisruptionBudget').spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: SELECTOR('cart') },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
  const keys = only(chart, 'Deployment').spec.template.spec.topologySpreadConstraints.map(
    (one: { topologyKey: string }) => one.topologyKey,
  );
  expect(keys).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
});

test('an autoscaled service leaves its replicas to the autoscaler', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', {
    pool,
    image: httpImage(),
    autoscaling: { minReplicas: 1, maxReplicas: 5, memoryUtilization: 80 },
  });
  expect(only(chart, 'Deployment').spec.replicas).toBeUndefined();
  expect(all(chart, 'PodDisruptionBudget')).toEqual([]);
  expect(only(chart, 'HorizontalPodAutoscaler').spec).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
    minReplicas: 1,
    maxReplicas: 5,
    metrics: [
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
  });
});

test('a call gives the caller a URL and opens both sides, and nothing else', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  new WasmMicroservice(chart, 'gateway', { pool, image: httpImage('gateway') }).calls(cart);
  const [callee, caller] = all(chart, 'NetworkPolicy');
  expect(guestOf(all(chart, 'Deployment')[1]).env).toEqual([{ name: 'CART_URL', value: 'http://cart' }]);
  expect(callee.spec).toEqual({
    podSelector: { matchLabels: SELECTOR('cart') },
    policyTypes: ['Ingress'],
    ingress: [
      { from: [{ podSelector: { matchLabels: SELECTOR('gateway') } }], ports: [{ port: 8080, protocol: 'TCP' }] },
    ],
  });
  expect(caller.spec).toEqual({
    podSelector: { matchLabels: SELECTOR('gateway') },
    policyTypes: ['Egress'],
    egress: [
      DNS,
      { to: [{ podSelector: { matchLabels: SELECTOR('cart') } }], ports: [{ port: 8080, protocol: 'TCP' }] },
    ],
  });
});

test('a call across namespaces names them on both sides', () => {
  const { app, chart, pool } = platform();
  const stock = new Chart(app, 'stock', { namespace: 'stock' });
  const inventory = new WasmMicroservice(stock, 'inventory', {
    pool,
    image: httpImage(),
    port: 9000,
    servicePort: 8080,
  });
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage() }).calls(inventory, {
    variable: 'STOCK',
    path: '/v1',
  });
  expect(guestOf(only(chart, 'Deployment')).env).toEqual([
    { name: 'STOCK', value: 'http://inventory.stock.svc:8080/v1' },
  ]);
  expect(only(chart, 'NetworkPolicy').spec.egress[1]).toEqual({
    to: [
      {
        podSelector: { matchLabels: SELECTOR('inventory') },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'stock' } },
      },
    ],
    ports: [{ port: 9000, protocol: 'TCP' }],
  });
  expect(only(stock, 'NetworkPolicy').spec.ingress[0].from[0].namespaceSelector).toEqual({
    matchLabels: { 'kubernetes.io/metadata.name': 'shop' },
  });
});

test('two callers, and a caller that calls twice, are admitted once each', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const web = new WasmMicroservice(chart, 'web', { pool, image: httpImage() });
  web.calls(cart);
  web.calls(cart, { variable: 'CART_ADMIN_URL', path: '/admin' });
  new WasmMicroservice(chart, 'app', { pool, image: httpImage() }).calls(cart);
  const admitted = all(chart, 'NetworkPolicy')[0].spec.ingress[0].from;
  expect(admitted.map((peer: { podSelector: { matchLabels: object } }) => peer.podSelector.matchLabels)).toEqual([
    SELECTOR('web'),
    SELECTOR('app'),
  ]);
});

test('strict isolation closes what nobody declared', () => {
  const { chart, pool } = platform();
  new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), isolation: NetworkIsolation.STRICT });
  expect(only(chart, 'NetworkPolicy').spec).toEqual({
    podSelector: { matchLabels: SELECTOR('cart') },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [],
    egress: [DNS],
  });
});

test('no isolation, no policy', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), isolation: NetworkIsolation.NONE });
  new WasmMicroservice(chart, 'gateway', { pool, image: httpImage(), isolation: NetworkIsolation.NONE }).calls(cart);
  expect(all(chart, 'NetworkPolicy')).toEqual([]);
});

test('others are admitted and reached by the peers of cdk8s-plus', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  cart.allowIngressFrom(Namespaces.select(chart, 'monitoring', { names: ['monitoring', 'ingress'] }));
  cart.allowIngressFrom(Pods.select(chart, 'debug', { labels: { role: 'debug' } }));
  cart.allowEgressTo(NetworkPolicyIpBlock.ipv4(chart, 'database', '10.1.0.0/24', ['10.1.0.1/32']), 5432);
  cart.allowEgressTo(NetworkPolicyIpBlock.anyIpv4(chart, 'anywhere'));
  const { ingress, egress } = only(chart, 'NetworkPolicy').spec;
  expect(ingress).toEqual([
    {
      from: [
        { podSelector: {}, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
        { podSelector: {}, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } },
        { podSelector: { matchLabels: { role: 'debug' } } },
      ],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ]);
  expect(egress).toEqual([
    DNS,
    { to: [{ ipBlock: { cidr: '10.1.0.0/24', except: ['10.1.0.1/32'] } }], ports: [{ port: 5432, protocol: 'TCP' }] },
    { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] },
  ]);
});

test('an Ingress of cdk8s-plus leads to its Service', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), servicePort: 8000 });
  new Ingress(chart, 'door').addRule('/cart', cart.toIngressBackend());
  expect(only(chart, 'Ingress').spec.rules[0].http.paths[0].backend).toEqual({
    service: { name: 'cart', port: { number: 8000 } },
  });
});

test('a NetworkPolicy of cdk8s-plus selects its pods and admits it as a peer', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  const policy = new NetworkPolicy(chart, 'own', { selector: cart });
  policy.addIngressRule(cart, [NetworkPolicyPort.tcp(8080)]);
  const { metadata, spec } = only(chart, 'NetworkPolicy');
  expect(metadata.namespace).toBe('shop');
  expect(spec.podSelector).toEqual({ matchLabels: SELECTOR('cart') });
  expect(spec.ingress[0].from).toEqual([
    {
      podSelector: { matchLabels: SELECTOR('cart') },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
    },
  ]);
});

test('a HorizontalPodAutoscaler of cdk8s-plus takes the replicas over, with and without metrics', () => {
  const { chart, pool } = platform();
  for (const [id, metrics] of [
    ['measured', [Metric.resourceCpu(MetricTarget.averageUtilization(50))]],
    ['default', undefined],
  ] as const) {
    const target = new WasmMicroservice(chart, id, { pool, image: httpImage() });
    new HorizontalPodAutoscaler(chart, `${id}-scaler`, { target, maxReplicas: 10, metrics: metrics && [...metrics] });
    expect(target.hasAutoscaler).toBe(true);
  }
  expect(findingsOf(chart)).toEqual([]);
  expect(all(chart, 'Deployment').map((object) => object.spec.replicas)).toEqual([undefined, undefined]);
  expect(all(chart, 'HorizontalPodAutoscaler')[0].spec.scaleTargetRef).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'measured',
  });
});

test('fixed replicas and an autoscaler of cdk8s-plus contradict each other', () => {
  const { chart, pool } = platform();
  const target = new WasmMicroservice(chart, 'cart', { pool, image: httpImage(), replicas: 3 });
  new HorizontalPodAutoscaler(chart, 'scaler', { target, maxReplicas: 10 });
  expect(findingsOf(chart)).toContain(
    '[shop/cart] WASM0319: `replicas` is 3 and the service is autoscaled; remove `replicas` and use `minReplicas` of `autoscaling`',
  );
});

test('readable values say what came out', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'Cart_Service', { pool, image: httpImage() });
  expect({ name: cart.name, serviceName: cart.serviceName, servicePort: cart.servicePort, port: cart.port }).toEqual({
    name: 'cart-service',
    serviceName: 'cart-service',
    servicePort: 80,
    port: 8080,
  });
});

test('overrides reach every object, also fields nobody knows yet', () => {
  const { chart, pool } = platform();
  const cart = new WasmMicroservice(chart, 'cart', { pool, image: httpImage() });
  Manifest.find(cart, 'Deployment').override({
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'cart', resources: { limits: { 'example.com/gpu': '1' } }, futureField: { deep: true } },
          ],
        },
      },
    },
  });
  Manifest.find(cart, 'PodDisruptionBudget').addJsonPatch(JsonPatch.replace('/spec/maxUnavailable', '10%'));
  const guest = guestOf(only(chart, 'Deployment'));
  expect(guest.resources.limits).toEqual({ memory: '64Mi', 'example.com/gpu': '1' });
  expect(guest.futureField).toEqual({ deep: true });
  expect(guest.image).toMatch(/^ghcr.io\/acme\/cart@sha256:/);
  expect(only(chart, 'PodDisruptionBudget').spec.maxUnavailable).toBe('10%');
});

test('the order in which calls are declared does not matter for what is rendered', () => {
  const { chart, pool } = platform();
  const gateway = new WasmMicroservice(chart, 'gateway', { pool, image: httpImage() });
  const late = new WasmMicroservice(chart, 'late', {
    pool: new WasmNodePool(chart, 'far', { runtime: WasmRuntime.WASMTIME, name: 'far' }),
    image: httpImage(),
  });
  gateway.calls(late);
  expect(guestOf(all(chart, 'Deployment')[0]).env).toEqual([{ name: 'LATE_URL', value: 'http://late' }]);
});
