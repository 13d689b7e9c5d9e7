import { Chart } from 'cdk8s';
import { NetworkPolicyIpBlock } from 'cdk8s-plus-28';
import {
  type IServiceMesh,
  NetworkIsolation,
  WasmCronJob,
  WasmJob,
  type WasmJobProps,
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

const command = () => imageOf(WasmPayload.CLI_COMPONENT, {}, 'restock');

/** A mesh with a service, and a job that calls it. */
function shop(props: Partial<WasmJobProps> = {}) {
  const program = meshed();
  const { chart, pool, mesh, service } = program;
  const inventory = service('inventory');
  const restock = new WasmJob(chart, 'restock', { pool, mesh, image: command(), ...props });
  restock.calls(inventory, { methods: ['POST'], path: '/stock' });
  return { ...program, inventory, restock };
}

test('a job has an identity, and a native sidecar that only calls', () => {
  const { chart, restock, inventory } = shop();
  const job = only(chart, 'Job');
  const [envoy, ...others] = podOf(job).initContainers;
  expect(others).toEqual([]);
  expect(envoy).toMatchObject({
    name: 'envoy',
    restartPolicy: 'Always', // native: it ends when the guest did, so that the Job completes
    startupProbe: { httpGet: { path: '/started', port: 15021 } },
    ports: [
      { name: 'mesh-health', containerPort: 15021 },
      { name: 'mesh-metrics', containerPort: 15090 },
    ],
  });
  expect(podOf(job)).toMatchObject({ restartPolicy: 'Never', containers: [{ name: 'restock' }] });
  expect(guestOf(job).livenessProbe).toBeUndefined();
  expect(job.spec.template.metadata.labels['cdk8s-wasm.dev/mesh']).toBe('mesh');
  expect(named(chart, 'Certificate', 'restock').spec.uris).toEqual(['spiffe://shop.example/ns/shop/sa/restock']);
  expect(podOf(job).volumes).toContainEqual({
    name: 'secret-1',
    secret: { secretName: 'restock-mesh-tls', defaultMode: 0o440 },
  });
  expect(restock.callees).toEqual([inventory]);
  expect(findingsOf(chart)).toEqual([]);
});

test('nobody comes in: its proxy listens on loopback, but for those who ask how it is', () => {
  const { chart } = shop();
  const open = bootstrapOf(chart, 'restock')
    .static_resources.listeners.filter((one: Json) => one.address.socket_address.address !== '127.0.0.1')
    .map((one: Json) => one.name);
  expect(open).toEqual(['health', 'stats']);
  const [, ready, ...more] = filtersOf(chart, 'restock', 'health', 'health_check');
  expect(Object.keys(ready.cluster_min_healthy_percentages)).toEqual(['self_mtls']);
  expect(more).toEqual([]);
});

test('its call is a port on loopback, an identity the callee admits, and a way through both policies', () => {
  const { chart } = shop();
  expect(guestOf(only(chart, 'Job')).env).toEqual([{ name: 'INVENTORY_URL', value: 'http://127.0.0.1:15101/stock' }]);
  expect(listenerOf(chart, 'restock', 'egress_inventory-15101').traffic_direction).toBe('OUTBOUND');
  const [{ rules }] = filtersOf(chart, 'inventory', 'inbound', 'rbac');
  expect(Object.keys(rules.policies)).toEqual(['spiffe://shop.example/ns/shop/sa/restock']);
  const selector = (name: string, component: string) => ({
    matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': component },
  });
  const restock = named(chart, 'NetworkPolicy', 'restock').spec;
  expect(restock.podSelector).toEqual(selector('restock', 'worker'));
  expect(restock.policyTypes).toEqual(['Egress']);
  expect(restock.egress[1]).toEqual({
    to: [{ podSelector: selector('inventory', 'service') }],
    ports: [{ port: 8443, protocol: 'TCP' }],
  });
  expect(named(chart, 'NetworkPolicy', 'inventory').spec.ingress[0]).toEqual({
    from: [{ podSelector: selector('restock', 'worker') }],
    ports: [{ port: 8443, protocol: 'TCP' }],
  });
});

test('the pods of a job carry the labels by which the policies know them', () => {
  const { chart, pool, mesh, service } = meshed();
  new WasmCronJob(chart, 'nightly', { pool, mesh, image: command(), schedule: '@daily' }).calls(service('inventory'));
  const { metadata } = only(chart, 'CronJob').spec.jobTemplate.spec.template;
  expect(metadata.labels).toMatchObject(named(chart, 'NetworkPolicy', 'nightly').spec.podSelector.matchLabels);
  expect(podOf(only(chart, 'CronJob')).initContainers[0].name).toBe('envoy');
  expect(findingsOf(chart)).toEqual([]);
});

test('a job that calls nobody has an identity all the same, and its metrics can be asked for', () => {
  const { chart, pool, mesh } = meshed();
  new WasmJob(chart, 'report', { pool, mesh, image: command(), isolation: NetworkIsolation.STRICT });
  expect(only(chart, 'NetworkPolicy').spec.ingress).toEqual([
    { from: [{ namespaceSelector: {} }], ports: [{ port: 15090, protocol: 'TCP' }] },
  ]);
  expect(only(chart, 'NetworkPolicy').spec.egress).toHaveLength(1); // DNS
  expect(only(chart, 'PodMonitor').spec.namespaceSelector.matchNames).toEqual(['shop']);
  expect(findingsOf(chart)).toEqual([]);
});

test('without a mesh a job calls as a service does, and reaches what it is allowed to', () => {
  const { chart, pool } = platform();
  const inventory = new WasmMicroservice(chart, 'inventory', { pool, image: httpImage('inventory') });
  const restock = new WasmJob(chart, 'restock', { pool, image: command() });
  expect(all(chart, 'NetworkPolicy')).toEqual([]);
  restock.calls(inventory);
  restock.allowEgressTo(NetworkPolicyIpBlock.ipv4(chart, 'database', '10.1.0.0/24'), 5432);
  expect(guestOf(only(chart, 'Job')).env).toEqual([{ name: 'INVENTORY_URL', value: 'http://inventory' }]);
  expect(podOf(only(chart, 'Job')).initContainers).toBeUndefined();
  const { egress } = named(chart, 'NetworkPolicy', 'restock').spec;
  expect(egress.map(({ ports }: Json) => ports[0].port)).toEqual([53, 8080, 5432]);
  expect(findingsOf(chart)).toEqual([]);
});

test('ports of services that a job leaves free are free for its own sidecars, those of the proxy are not', () => {
  const port = (number: number) =>
    findingsOf(shop({ sidecars: [{ name: 'log', image: `acme/log@${DIGEST}`, ports: { log: number } }] }).chart);
  expect([...port(8080), ...port(8081)]).toEqual([]);
  expect(port(8443)).toEqual([expect.stringContaining('[shop/restock] WASM0604')]);
});

describe('refusals', () => {
  const restock = (mesh: IServiceMesh | undefined, { chart, pool }: ReturnType<typeof platform>) =>
    new WasmJob(chart, 'restock', { pool, mesh, image: command() });

  test('a job outside the mesh that calls into it', () => {
    const program = meshed();
    restock(undefined, program).calls(program.service('inventory'));
    expect(findingsOf(program.chart)).toEqual([
      '[shop/restock] WASM0350: shop/restock (no mesh) calls shop/inventory (shop/mesh); put both into one `mesh`',
    ]);
  });

  test('a job in a mesh in a chart without a namespace', () => {
    const { app, pool } = platform();
    const chart = new Chart(app, 'nowhere');
    const mesh = new WasmMesh(chart, 'mesh', { trustDomain: 'shop.example', identity });
    restock(mesh, { app, chart, pool });
    expect(findingsOf(chart)).toEqual([expect.stringContaining('[nowhere/restock] WASM0603')]);
  });

  test('a job of a guest that could listen, which no mesh minds', () => {
    const { chart, mesh } = meshed();
    const { pool } = platform({ runtime: WasmRuntime.WASMEDGE });
    new WasmJob(chart, 'restock', { pool, mesh, image: imageOf(WasmPayload.MODULE) });
    expect(findingsOf(chart)).toEqual([]);
  });
});
