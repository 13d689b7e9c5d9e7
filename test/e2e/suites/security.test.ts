import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { App, Chart } from 'cdk8s';
import {
  MeshIdentity,
  NetworkIsolation,
  WasmJob,
  WasmMesh,
  WasmMicroservice,
  WasmNodePool,
  WasmRuntime,
} from '../../../lib';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { Lab } from '../lab';
import { BY_HAND, guest } from '../pods';

const NAMESPACE = 'guarded';
const lab = Lab.connect();
let objects: Json[];

/** cart calls inventory; whoever is named as ingress gets to cart in clear. */
function program(): App {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  const pool = WasmNodePool.fromRuntimeClass(chart, 'pool', 'guarded', { runtime: WasmRuntime.WASMTIME });
  const mesh = new WasmMesh(chart, 'mesh', {
    trustDomain: 'guarded.example',
    identity: MeshIdentity.certManager({ issuer: 'mesh-ca' }),
  });
  const service = (id: 'cart' | 'inventory') =>
    new WasmMicroservice(chart, id, {
      pool,
      mesh,
      image: guest(id),
      isolation: NetworkIsolation.NONE, // what holds here holds without the network's help
    });
  const cart = service('cart');
  const stranger = service('inventory');
  cart.calls(stranger);
  cart.toIngressBackend();
  new WasmJob(chart, 'nightly', { pool, mesh, image: guest('component'), args: ['get', 'INVENTORY_URL'] }).calls(
    stranger,
    { path: '/stock/apple' },
  );
  return app;
}

const NAMESPACE_OBJECT: Json = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};
const RUNTIME_CLASS: Json = {
  ...BY_HAND,
  metadata: { name: 'guarded' },
  // Both services on one bridge, for the sniffer.
  scheduling: { ...BY_HAND.scheduling, nodeSelector: { 'kubernetes.io/hostname': 'wasm-1' } },
};

const podOf = async (name: string): Promise<Json> => (await lab.pods(NAMESPACE, { 'app.kubernetes.io/name': name }))[0];

beforeAll(async () => {
  await lab.api.apply(NAMESPACE_OBJECT);
  await lab.api.apply(RUNTIME_CLASS);
  objects = await lab.deploy(program());
  for (const name of ['inventory', 'cart']) await lab.rollout(NAMESPACE, name);
}, 180_000);
afterAll(async () => {
  await lab.removeNamespace(NAMESPACE);
  await lab.remove(RUNTIME_CLASS);
  lab.close();
}, 120_000);

/** Asks the mesh port of a pod with the certificate of a member. */
async function askAs(member: string, pod: Json, path: string): Promise<string> {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${member}-mesh-tls`, namespace: NAMESPACE } };
  const { data } = await lab.now(secret);
  const [cert, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((file) => Buffer.from(data[file], 'base64'));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: pod.status.podIP, port: 8443, path, cert, key, ca, checkServerIdentity: () => undefined },
      async (answer) => resolve(`${answer.statusCode} ${await text(answer)}`),
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

test('a job in the mesh calls, ends, and its sidecar ends with it', async () => {
  const job = objects.find(({ kind }) => kind === 'Job');
  const metadata = { ...job.metadata, name: 'nightly-now' }; // the first one did not wait for whom it calls
  await lab.api.create({ ...job, metadata });
  const status = await until('the job', 90, async () => {
    const { status: now } = await lab.now({ ...job, metadata });
    return now.conditions?.some((one: Json) => one.type === 'Complete' && one.status === 'True') ? now : undefined;
  });
  expect(status).toMatchObject({ succeeded: 1 });
  const [pod] = await lab.pods(NAMESPACE, { 'batch.kubernetes.io/job-name': metadata.name });
  expect(await lab.log(NAMESPACE, pod.metadata.name, 'nightly')).toMatch(/HTTP\/1.1 200 OK.*apple/);
}, 120_000);

describe('from another pod', () => {
  test("the guest's own port cannot be reached, the mesh port asks for a certificate", async () => {
    const { status } = await podOf('inventory');
    const said = await lab.client(NAMESPACE, [
      'get',
      `http://${status.podIP}:8081/healthz`,
      `http://${status.podIP}:8080/healthz`,
      `http://${status.podIP}:8443/healthz`,
      `https://${status.podIP}:8443/healthz`,
    ]);
    const [guest, door, plain, encrypted] = said.trim().split('\n');
    expect(guest).toMatch(/:8081\S+ error: .*connection refused/);
    expect(door).toMatch(/:8080\S+ error: .*connection refused/);
    expect(plain).toMatch(/:8443\S+ error: /);
    expect(encrypted).toMatch(/:8443\S+ error: .*certificate/);
  });

  test('without `calls()` a member gets 403, with it 200', async () => {
    const inventory = await podOf('inventory');
    expect(await askAs('cart', inventory, '/stock/apple')).toMatch(/^200 /);
    expect(await askAs('inventory', await podOf('cart'), '/cart')).toMatch(/^403 /);
    expect(await askAs('inventory', inventory, '/stock/apple')).toMatch(/^403 /);
  });

  test('bytes between members are encrypted, and the sniffer would see them if they were not', async () => {
    const node = lab.node('wasm-1');
    const trace = 'c0ffeec0ffeec0ffeec0ffeec0ffee01';
    const sniffer = spawn('nsenter', [
      ...['-t', String(node.state.pid), '-n', 'python3', join(__dirname, '../sniff.py'), '6', trace],
    ]);
    await listening(sniffer);
    const { status } = await podOf('cart');
    for (let i = 0; i < 10; i++) {
      const answer = await fetch(`http://${status.podIP}:8080/cart`, {
        headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      });
      expect(answer.status).toBe(200);
    }
    const seen = await text(sniffer.stdout);
    expect(seen).toMatch(/port 8080: \d+ bytes, [1-9]\d* times in clear/); // the door, which is meant to be plain
    expect(seen).toMatch(/port 8443: [1-9]\d{3,} bytes, 0 times in clear/);
  });
});

const listening = (sniffer: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    sniffer.stdout?.once('data', () => resolve());
    sniffer.once('exit', () => reject(new Error('the sniffer ended')));
  });

/** The one bit, as /proc shows it. */
const NET_BIND_SERVICE = '0000000000000400';

describe('inside', () => {
  test('guest and sidecar have the one capability that was meant, as an ordinary user', async () => {
    const processes = (await lab.processesOf(await podOf('inventory'))).filter(({ name }) => name !== 'client'); // the pause
    expect(processes.map(({ name }) => name).join()).toContain('envoy');
    expect(processes.length).toBeGreaterThanOrEqual(2);
    for (const { name, status } of processes) {
      expect([name, status('Uid').split('\t')[0], status('CapBnd')]).toEqual([name, '65532', NET_BIND_SERVICE]);
      for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) {
        expect([name, set, BigInt(`0x${status(set)}`) & ~BigInt(`0x${NET_BIND_SERVICE}`)]).toEqual([name, set, 0n]);
      }
    }
    // The engine is not started as a program of its own: what it was given takes effect, also for an ordinary user.
    const guests = processes.filter(({ name }) => name !== 'envoy');
    expect(guests.map(({ status }) => status('CapEff'))).toEqual(guests.map(() => NET_BIND_SERVICE));
  });

  test('dropAllKeepsAll: `drop: [ALL]` alone would have given them all', async () => {
    const { spec, metadata } = await podOf('inventory');
    const { volumes: _, initContainers: __, containers, ...rest } = spec;
    const { volumeMounts: ___, ports: ____, ...guest } = containers[0];
    const name = 'drop-alone';
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        runtimeClassName: 'guarded',
        automountServiceAccountToken: false,
        securityContext: rest.securityContext,
        containers: [
          {
            ...guest,
            name: 'guest',
            env: [],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    };
    expect(metadata.namespace).toBe(NAMESPACE);
    await lab.api.create(pod as Json);
    const running = await lab.running(NAMESPACE, name);
    const guests = (await lab.processesOf(running)).filter((one) => one.name !== 'client');
    await lab.remove(pod);
    expect(guests.length).toBeGreaterThanOrEqual(1);
    for (const { status } of guests) {
      const all = BigInt(`0x${status('CapEff')}`) > 0xffffffffn;
      expect(all).toBe(WasmRuntime.WASMTIME.facts.dropAllKeepsAll.value);
    }
  });

  test('no token, and nothing of the cluster in the environment of the guest', async () => {
    const pod = await podOf('inventory');
    const names = JSON.stringify(pod.spec.volumes.map((volume: Json) => Object.keys(volume)));
    expect(names).not.toContain('projected');
    for (const { id } of await lab.processesOf(pod)) {
      const mounts = await lab.node(pod.spec.nodeName).run('cat', `/proc/${id}/mountinfo`);
      expect(mounts).not.toContain('serviceaccount');
      const environment = await lab.node(pod.spec.nodeName).run('cat', `/proc/${id}/environ`);
      expect(environment).not.toMatch(/KUBERNETES_|_SERVICE_HOST/);
    }
  });
});
