import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import {
  Distribution,
  NodeProvisioner,
  ShimInstaller,
  ShimState,
  WasmMicroservice,
  WasmNodePool,
  WasmRuntime,
} from '../../../lib';
import { FakeSystemd } from '../../agent/support/fake-systemd';
import { until } from '../../conformance/machine/until';
import type { Json } from '../../support/programs';
import { shimProgram } from '../cluster/cluster';
import { CONTROL_IP } from '../cluster/control-plane';
import { rootfsImage, withLibraries } from '../cluster/images';
import { clientPod, Lab, type LabNode } from '../lab';
import { BY_HAND, guest, pushed, wasmPod } from '../pods';

const lab = Lab.connect();
const HANDLER = 'wasm-installed';
const LABEL = `cdk8s-wasm.dev/shim-${HANDLER}`;
const REASON = new RegExp(`${HANDLER}.*reason`);
const AGENT =
  'docker.io/library/node:24-alpine@sha256:d32cdf619f63fe0471182d08996dd516c6275bb5fd31ae06e55a570bd9e1ad43';
const nodes = (): LabNode[] => ['wasm-1', 'wasm-2'].map((name) => lab.node(name));

/** A shim as its project publishes it. */
interface Archive {
  readonly url: string;
  readonly sha256: string;
}
let server: Server;
let good: Archive;
let broken: Archive;
const files = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-e2e-shims-'));
const managers: FakeSystemd[] = [];

function archive(name: string, program: string): Archive {
  const folder = join(files, name);
  mkdirSync(folder);
  const file = join(folder, 'containerd-shim-wasmtime-v1');
  copyFileSync(program, file);
  const packed = `${folder}.tar.gz`;
  execFileSync('tar', ['-C', folder, '-czf', packed, '--mode=0755', 'containerd-shim-wasmtime-v1']);
  const sha256 = createHash('sha256').update(readFileSync(packed)).digest('hex');
  const { port } = server.address() as { port: number };
  return { url: `http://${CONTROL_IP}:${port}/${name}.tar.gz`, sha256 };
}

/** The pool of the two nodes, and a service on it. */
function program(shim: Archive, state = ShimState.PRESENT): App {
  const app = new App();
  const platform = new Chart(app, 'installed-platform');
  const pool = new WasmNodePool(platform, 'edge', {
    runtime: WasmRuntime.WASMTIME,
    handler: HANDLER,
    distribution: Distribution.KUBEADM,
    architectures: ['amd64'],
    provisioner: NodeProvisioner.existing({ nodeSelector: { 'cdk8s-wasm.dev/pool': 'edge' } }),
    installer: ShimInstaller.daemonSet({
      shims: [{ architecture: 'amd64', ...shim }],
      probe: { image: guest('command'), timeout: Duration.seconds(40) },
      systemdCgroup: false, // these nodes have no systemd that would own cgroups
      state,
    }),
  });
  if (state === ShimState.PRESENT) {
    const chart = new Chart(app, 'installed', { namespace: 'installed' });
    new WasmMicroservice(chart, 'inventory', { pool, image: guest('inventory'), replicas: 2, healthPath: '/healthz' });
  }
  return app;
}

const labelOf = async (node: LabNode): Promise<string | undefined> =>
  (await lab.get(`/api/v1/nodes/${node.state.name}`)).metadata.labels[LABEL];
const reasonOf = async (node: LabNode): Promise<string> => {
  const { annotations = {} } = (await lab.get(`/api/v1/nodes/${node.state.name}`)).metadata;
  return Object.entries(annotations)
    .filter(([key]) => REASON.test(key))
    .map(([, value]) => String(value))
    .join();
};
const labelled = (value: string | undefined, seconds = 150): Promise<unknown> =>
  until(`both nodes say ${value}`, seconds, async () => {
    const labels = await Promise.all(nodes().map(labelOf));
    return labels.every((label) => label === value) || undefined;
  }).catch(async (error: unknown) => {
    const logs = await Promise.all(
      (await lab.pods('kube-system')).flatMap(({ metadata }) =>
        ['place', 'drain', 'apply', 'prove', 'settle', 'hold'].map((phase) =>
          lab.log('kube-system', metadata.name, phase).then(
            (log) => `--- ${metadata.name} ${phase}\n${log}`,
            () => '',
          ),
        ),
      ),
    );
    const reasons = await Promise.all(nodes().map(reasonOf));
    throw new Error([String(error), ...reasons, ...logs, await lab.describe('kube-system')].join('\n'));
  });

const agents = () => lab.pods('kube-system', { 'app.kubernetes.io/name': 'shim-installer' });

/** New agents now: they wait longer after each failure, and a new pod does not. */
async function again(): Promise<void> {
  const before = await agents();
  for (const pod of before) await lab.remove(pod);
  await until('the agents from before are gone', 60, async () => {
    const left = (await agents()).filter(({ metadata }) => before.some((pod) => pod.metadata.uid === metadata.uid));
    return left.length === 0 || undefined;
  });
}

beforeAll(async () => {
  server = createServer((request, reply) => {
    const file = join(files, String(request.url));
    if (existsSync(file)) reply.end(readFileSync(file));
    else reply.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, CONTROL_IP, resolve));
  good = archive('good', shimProgram().path);
  broken = archive('broken', '/bin/false'); // a program like any other, and no shim
  const commands = { ...withLibraries('/usr/bin/flock', '/usr/bin/flock'), ...withLibraries('/bin/sh', '/bin/sh') };
  await lab.standIn(
    AGENT,
    rootfsImage({ ...withLibraries(process.execPath, '/usr/local/bin/node'), ...commands }, ['/usr/local/bin/node']),
  );
  await pushed(lab, 'command');
  for (const node of nodes()) {
    mkdirSync(node.path('/run/systemd'), { recursive: true });
    const units = { 'containerd.service': { active: 'active', sub: 'running', since: 1 } };
    const systemd = await FakeSystemd.start(node.path('/run/systemd/private'), units);
    const { onRestart } = systemd;
    systemd.onRestart = (unit) => {
      unit.active = 'activating';
      node.restartContainerd().then(
        () => onRestart(unit),
        () => Object.assign(unit, { active: 'failed', sub: 'failed' }),
      );
    };
    managers.push(systemd);
  }
}, 120_000);

afterAll(async () => {
  for (const systemd of managers) await systemd.stop();
  server.close();
  rmSync(files, { recursive: true, force: true });
  lab.close();
});

const restarts = (): number => managers.flatMap(({ restarted }) => restarted).length;

test('a handler comes to both nodes while Wasm pods behind a Service go on answering', async () => {
  // Pods of the handler that is there already, by hand: the service that must not notice.
  await lab.api.apply(BY_HAND);
  const inventory = await pushed(lab, 'inventory');
  const { spec } = wasmPod('running', 'inventory', {
    image: inventory,
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 20 },
    container: {
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
    },
  });
  const labels = { app: 'inventory' };
  const metadata = { name: 'inventory', namespace: 'running' };
  const topologySpreadConstraints = [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labels },
    },
  ];
  for (const object of [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { ...spec, topologySpreadConstraints } },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ]) {
    await lab.api.apply(object as Json);
  }
  await lab.rollout('running', 'inventory');

  const url = 'http://inventory.running.svc.cluster.local/healthz';
  const load = clientPod('running', 'load', ['load', `--url=${url}`, '--requests=12000', '--rate=150', '--limit=4m']);
  await lab.api.create(load);
  await lab.running('running', 'load');

  await lab.deploy(program(good));
  await labelled('ready');
  await lab.rollout('installed', 'inventory');
  const result = JSON.parse((await lab.end(load, 200)).log);
  process.stderr.write(`e2e: ${JSON.stringify(result)} while containerd was restarted ${restarts()} times\n`);
  expect(restarts()).toBe(2);
  // None in most runs; in one of five a single one was lost ("no route to host"). Why is open: the service is by hand.
  expect(result.requests).toBe(12_000);
  expect(result.failed).toBeLessThanOrEqual(6);
  for (const pod of await lab.pods('installed')) expect(pod.status.phase).toBe('Running');
}, 400_000);

test('no process of an evicted pod lives on', async () => {
  const alive = new Set(
    (await Promise.all(['running', 'installed', 'kube-system'].map((ns) => lab.pods(ns))))
      .flat()
      .map(({ metadata }) => metadata.uid),
  );
  for (const node of nodes()) {
    const cgroups = await node.run('sh', '-c', 'cat /proc/[0-9]*/cgroup 2>/dev/null || true');
    const uids = new Set([...cgroups.matchAll(/pod([0-9a-f-]{36})/g)].map(([, uid]) => uid));
    expect([...uids].filter((uid) => !alive.has(uid))).toEqual([]);
  }
});

test('a second run changes nothing and restarts nothing', async () => {
  const before = restarts();
  await again();
  await until('the agents hold again', 90, async () => {
    const ready = (await agents()).filter(({ status }) => status.containerStatuses?.[0]?.ready);
    return ready.length === 2 || undefined;
  });
  expect([await Promise.all(nodes().map(labelOf)), restarts()]).toEqual([['ready', 'ready'], before]);
}, 120_000);

test('a broken shim leaves the node usable, not ready, with a reason that can be read', async () => {
  await lab.deploy(program(broken));
  await until('a node that has failed', 150, async () => {
    const labels = await Promise.all(nodes().map(labelOf));
    return labels.includes('failed') || undefined;
  });
  const failed = await until('its reason', 30, async () => {
    const reasons = (await Promise.all(nodes().map(reasonOf))).filter((reason) => reason !== '');
    return reasons[0];
  });
  process.stderr.write(`e2e: reason: ${failed}\n`);
  expect(failed).toMatch(/prove: /);
  // The shim from before is back, and what ran goes on.
  const answer = await lab.client('installed', ['get', 'http://inventory.installed.svc.cluster.local/healthz']);
  expect(answer).toContain(' 200 ');
}, 240_000);

test('the good one again makes it ready', async () => {
  await lab.deploy(program(good));
  await again();
  await labelled('ready');
}, 200_000);

test('uninstalled, the node has no handler, no shim and no label', async () => {
  await lab.removeNamespace('installed');
  await lab.deploy(program(good, ShimState.ABSENT));
  await again();
  await labelled(undefined);
  for (const node of nodes()) {
    expect(
      await node.run('sh', '-c', 'cat /etc/containerd/*.toml /etc/containerd/conf.d/*.toml 2>/dev/null || true'),
    ).not.toContain(HANDLER);
    expect(
      await node.run('sh', '-c', 'find /opt/cdk8s-wasm -type f -name "containerd-shim*" 2>/dev/null || true'),
    ).toBe('');
  }
}, 240_000);
