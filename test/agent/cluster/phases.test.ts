import { setTimeout as delay } from 'node:timers/promises';
import type { Lease } from '../../../agent/cluster/objects';
import { CORDONED_BY } from '../../../agent/cluster/this-node';
import { drain } from '../../../agent/phases/drain';
import { hold } from '../../../agent/phases/hold';
import { prove } from '../../../agent/phases/prove';
import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import { describeWithControlPlane } from '../../conformance/describe-with-control-plane';
import { until } from '../../conformance/machine/until';
import { ClusterNode, container, ended, guardIsInForce, installAgent, NAMESPACE, NOT_READY } from '../support/cluster';

const RESTARTS = { restartsContainerd: true, runcHandlers: ['runc', 'nvidia'] };

// The agent has the ServiceAccount, the roles and the admission policy that the library emits, and nothing else.
describeWithControlPlane('the agent, at a real API server,', (get) => {
  let settings: AgentSettings;
  let node: ClusterNode;
  const nodes: ClusterNode[] = [];
  const newNode = async (name: string, more: Parameters<typeof ClusterNode.create>[3] = {}): Promise<ClusterNode> => {
    const created = await ClusterNode.create(get(), settings, name, more);
    nodes.push(created);
    created.startKubelet();
    return created;
  };
  beforeAll(async () => {
    settings = await installAgent(get());
    for (const [name, handler] of [
      ['wasm', 'wasmtime'],
      ['gpu', 'nvidia'],
    ]) {
      await get().apply({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler } as never);
    }
    await get().apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const first = await newNode('waits-for-the-guard');
    await guardIsInForce(first, await newNode('another'));
  }, 60_000);
  beforeEach(async () => {
    node = await newNode('node-1', { taints: [] });
  });
  afterEach(async () => {
    for (const one of nodes.splice(0)) await one.stop();
    await leaseGone();
  });
  const leasePath = () => `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/cdk8s-wasm-${settings.pool}`;
  const lease = async () => (await node.send('GET', leasePath())) as Lease;
  const leaseGone = () => node.send('DELETE', leasePath()).catch(() => undefined);

  describe('drain', () => {
    test('does nothing where containerd is not restarted', async () => {
      await node.addPod('cart', { runtimeClassName: 'wasm' });
      await node.agent().handOver.writePlan({ ...RESTARTS, restartsContainerd: false });
      const before = await node.get();
      await drain(node.agent());
      expect((await node.get()).spec).toEqual(before.spec);
      expect(await node.label()).toBeUndefined();
      expect(await node.pods()).toEqual(['cart']);
    });

    test('evicts the node’s Wasm pods, and those alone', async () => {
      await newNode('node-2', { taints: [] }).then((other) => other.addPod('elsewhere', { runtimeClassName: 'wasm' }));
      await node.addPod('cart', { runtimeClassName: 'wasm' });
      await node.addPod('plain');
      await node.addPod('gpu', { runtimeClassName: 'gpu' });
      await node.addPod('agent-like', { runtimeClassName: 'wasm' }, ownedBy('DaemonSet'));
      await node.agent().handOver.writePlan(RESTARTS);
      await drain(node.agent());
      expect(await node.pods()).toEqual(['agent-like', 'elsewhere', 'gpu', 'plain']);
      const { metadata, spec } = await node.get();
      expect(spec?.unschedulable).toBe(true);
      expect(metadata.annotations?.[CORDONED_BY]).toBe(settings.pool);
      expect(await node.label()).toBe('installing');
      expect((await lease()).spec).toMatchObject({ holderIdentity: 'node-1' });
    });

    test('waits for a disruption budget, as long as it may', async () => {
      await node.addPod('cart-1', { runtimeClassName: 'wasm' }, { labels: { app: 'cart' } });
      await node.setBudget(0);
      await node.agent().handOver.writePlan(RESTARTS);
      const draining = drain(node.agent({ drainTimeoutSeconds: 20 }));
      await delay(300);
      expect(await node.pods()).toEqual(['cart-1']);
      await node.setBudget(1);
      await draining;
      expect(await node.pods()).toEqual([]);
    }, 30_000);

    test('names the pods that do not go, and why', async () => {
      await node.addPod('cart-2', { runtimeClassName: 'wasm' }, { labels: { app: 'cart' } });
      await node.setBudget(0);
      await node.agent().handOver.writePlan(RESTARTS);
      await expect(drain(node.agent({ drainTimeoutSeconds: 1 }))).rejects.toThrow(
        "after 1 s these pods are still on the node: shop/cart-2 (Cannot evict pod as it would violate the pod's disruption budget",
      );
    });

    test('one node of a pool after the other', async () => {
      const other = await newNode('node-2', { taints: [] });
      for (const one of [node, other]) await one.agent().handOver.writePlan(RESTARTS);
      await drain(node.agent());
      const waiting = drain(other.agent());
      await delay(300);
      expect(await other.label()).toBeUndefined();
      await node.agent().lease.release();
      await waiting;
      expect(await other.label()).toBe('installing');
      expect((await lease()).spec).toMatchObject({ holderIdentity: 'node-2' });
    });

    test('the turn of a node that is gone, or has taken too long, is over', async () => {
      const other = await newNode('node-2', { taints: [] });
      expect(await other.agent().lease.tryAcquire(600)).toBe(true);
      expect(await node.agent().lease.tryAcquire(600)).toBe(false);
      await node.send('DELETE', '/api/v1/nodes/node-2');
      expect(await node.agent().lease.tryAcquire(1)).toBe(true);
      const third = await newNode('node-3', { taints: [] });
      expect(await third.agent().lease.tryAcquire(1)).toBe(false);
      await delay(1_100);
      expect(await third.agent().lease.tryAcquire(1)).toBe(true);
      await node.agent().lease.release(); // not its own any more
      expect((await lease()).spec).toMatchObject({ holderIdentity: 'node-3' });
    });

    test('a node that was never given to pods waits for nobody and is not cordoned', async () => {
      const fresh = await newNode('fresh');
      expect(await node.agent().lease.tryAcquire(600)).toBe(true);
      await fresh.agent().handOver.writePlan(RESTARTS);
      await drain(fresh.agent());
      expect((await fresh.get()).spec?.unschedulable).toBeUndefined();
      expect(await fresh.label()).toBe('installing');
    });

    test('an uninstall closes the gate before anything else', async () => {
      await node.agent().handOver.writePlan({ ...RESTARTS, restartsContainerd: false });
      await drain(node.agent({ state: 'absent' }));
      expect(await node.label()).toBe('removing');
      expect((await node.get()).spec?.taints).toEqual([NOT_READY, ...settings.startupTaints]);
    });
  });

  describe('prove', () => {
    test('is content with a probe that ends with 0, which the API server admits as it is', async () => {
      await prove(node.agent());
      expect(await node.agent().handOver.verdict()).toEqual({ proven: true });
      expect(node.probe?.spec).toMatchObject({
        nodeName: 'node-1',
        runtimeClassName: settings.probe.runtimeClassName,
        nodeSelector: { 'example.com/pool': 'edge' },
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        containers: [
          {
            imagePullPolicy: 'IfNotPresent',
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
            },
          },
        ],
      });
      expect(node.probe?.metadata).toMatchObject({ ownerReferences: [{ kind: 'Pod', name: 'agent-on-node-1' }] });
      expect((await node.pods(NAMESPACE)).filter((name) => name.startsWith('shim-probe'))).toEqual([]);
    });

    test('is content with a probe that runs and goes on running', async () => {
      const startedAt = new Date().toISOString();
      node.probeStatus = { phase: 'Running', containerStatuses: [container({ running: { startedAt } })] };
      const start = Date.now();
      await prove(node.agent());
      expect(await node.agent().handOver.verdict()).toEqual({ proven: true });
      expect(Date.now() - start).toBeGreaterThan(400); // the API keeps whole seconds
    });

    test('tells the exit code of a probe that fails', async () => {
      node.probeStatus = { phase: 'Failed', containerStatuses: [ended(137)] };
      await expect(prove(node.agent())).rejects.toThrow(
        'the probe did not run under the handler wasmtime: exit code 137, Error',
      );
      expect((await node.pods(NAMESPACE)).filter((name) => name.startsWith('shim-probe'))).toEqual([]);
    });

    test('tells what only the events say', async () => {
      const other = await newNode('node-2', { taints: [], runtimeHandlers: ['runc'] });
      other.probeStatus = {
        phase: 'Pending',
        containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })],
      };
      const proving = prove(other.agent({ probe: { ...settings.probe, timeoutSeconds: 1 } }));
      const found = proving.catch((error: unknown) => String(error));
      const name = await until('the probe is there', 5, async () => other.probe?.metadata.name as string | undefined);
      await get().create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'sandbox', namespace: NAMESPACE },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace: NAMESPACE },
        reason: 'FailedCreatePodSandBox',
        message: 'no runtime for "wasmtime" is configured',
        type: 'Warning',
        lastTimestamp: new Date().toISOString(),
      } as never);
      expect(await found).toBe(
        'Error: the probe did not run under the handler wasmtime: ContainerCreating, after 1 s; ' +
          'FailedCreatePodSandBox: no runtime for "wasmtime" is configured; the kubelet does not list the handler',
      );
      await other.send('DELETE', `/api/v1/namespaces/${NAMESPACE}/events/sandbox`);
    });

    test('knows since when the oldest pod of the handler runs', async () => {
      await node.addPod('cart', { runtimeClassName: 'wasm' });
      await node.addPod('gpu', { runtimeClassName: 'gpu' });
      await prove(node.agent());
      const verdict = await node.agent().handOver.verdict();
      const age = Date.now() - ((verdict?.proven === true && verdict.oldestPod) || 0);
      expect(age).toBeGreaterThan(55_000);
      expect(age).toBeLessThan(120_000);
    });

    test('replaces what came back too early to be drained', async () => {
      await node.addPod('agent-like', { runtimeClassName: 'wasm' }, ownedBy('DaemonSet'));
      await node.agent().handOver.writePlan(RESTARTS);
      await node.agent().handOver.writeRestartedAt(Date.now());
      await prove(node.agent());
      await until('the pod is gone', 5, async () => ((await node.pods()).length === 0 ? true : undefined));
    });
  });

  describe('hold', () => {
    const start = (one: ClusterNode, more: Partial<AgentSettings> = {}) => {
      const ended = new AbortController();
      const held = hold(one.agent(more), ended.signal);
      return {
        held,
        end: () => {
          ended.abort();
          return held;
        },
      };
    };
    const ready = async (one: ClusterNode) => {
      const url = `http://127.0.0.1:${one.locations.port}/ready`;
      return fetch(url).then(
        ({ status }) => status,
        () => undefined,
      );
    };

    test('a proven node gets its label, loses its startup taint and no other, and is schedulable again', async () => {
      const fresh = await newNode('fresh', {
        taints: [{ key: 'theirs', effect: 'NoExecute' }, ...settings.startupTaints],
      });
      await fresh.agent().node.cordon();
      await fresh.agent().lease.acquire(600, 20);
      await fresh.agent().handOver.writeVerdict({ proven: true });
      const { end } = start(fresh);
      await until('the node is uncordoned', 10, async () =>
        (await fresh.get()).spec?.unschedulable ? undefined : true,
      );
      expect((await fresh.get()).spec?.taints).toEqual(
        expect.arrayContaining([{ key: 'theirs', effect: 'NoExecute' }]),
      );
      expect((await fresh.get()).spec?.taints).not.toEqual(expect.arrayContaining([...settings.startupTaints]));
      expect(await fresh.label()).toBe('ready');
      await until('the lease is free', 5, async () => (await lease()).spec?.holderIdentity === '' || undefined);
      expect(await ready(fresh)).toBe(200);
      await end();
      expect(await ready(fresh)).toBeUndefined();
    });

    test('a node that somebody else has cordoned stays cordoned', async () => {
      await node.patch({ spec: { unschedulable: true } });
      await node.agent().node.cordon();
      await node.agent().handOver.writeVerdict({ proven: true });
      const { end } = start(node);
      await until('the label is there', 5, async () => ((await node.label()) === 'ready' ? true : undefined));
      await delay(200);
      expect((await node.get()).spec?.unschedulable).toBe(true);
      await end();
    });

    test('puts the label back that somebody has taken away', async () => {
      await node.agent().handOver.writeVerdict({ proven: true });
      const { end } = start(node);
      await until('the label is there', 5, async () => ((await node.label()) === 'ready' ? true : undefined));
      await node.patch({ metadata: { labels: { [settings.readyLabelKey]: null } } });
      await until('the label is there again', 5, async () => ((await node.label()) === 'ready' ? true : undefined));
      await end();
    });

    test('a failure keeps the taint, says why on the node, and asks for another try', async () => {
      const fresh = await newNode('fresh');
      await fresh.agent().handOver.writeVerdict({ proven: false, phase: 'apply', reason: 'containerd does not start' });
      const { end } = start(fresh);
      await until('the node is marked', 5, async () => ((await fresh.label()) === 'failed' ? true : undefined));
      expect(await ready(fresh)).toBe(503);
      const { metadata, spec } = await fresh.get();
      expect(metadata.annotations?.[`${settings.readyLabelKey}-reason`]).toBe('apply: containerd does not start');
      expect(spec?.taints).toEqual(expect.arrayContaining([...settings.startupTaints]));
      await until('the pod is gone', 5, async () => ((await fresh.agentPodIsThere()) ? undefined : true));
      expect(fresh.said).toContain('trying again in 0 s');
      expect(await fresh.agent().node.failures()).toBe(1);
      await end();
    });

    test('a success forgets the failures', async () => {
      await node.agent().node.mark('failed', 'something');
      await node.agent().node.setFailures(3);
      await node.agent().handOver.writeVerdict({ proven: true });
      const { end } = start(node);
      await until('the label is there', 5, async () => ((await node.label()) === 'ready' ? true : undefined));
      const keys = Object.keys((await node.get()).metadata.annotations ?? {});
      expect(keys.filter((key) => key.startsWith(settings.readyLabelKey))).toEqual([]);
      await end();
    });

    test('after an uninstall the label is gone and the taint stays', async () => {
      const fresh = await newNode('fresh');
      await fresh.agent().node.mark('removing');
      await fresh.agent().handOver.writeVerdict({ proven: true });
      const { end } = start(fresh, { state: 'absent' });
      await until('the label is gone', 5, async () => ((await fresh.label()) === undefined ? true : undefined));
      await delay(100);
      expect((await fresh.get()).spec?.taints).toEqual(expect.arrayContaining([...settings.startupTaints]));
      await end();
    });
  });

  describe('the startup taint', () => {
    test('goes by a patch that loses no change made at the same moment', async () => {
      const fresh = await newNode('fresh');
      const agent = fresh.agent();
      const { send } = agent.api;
      let patches = 0;
      agent.api.send = async (call) => {
        if (call.contentType === 'application/json-patch+json' && ++patches === 1) {
          const taints = [...((await fresh.get()).spec?.taints ?? []), { key: 'just-now', effect: 'NoSchedule' }];
          await fresh.patch({ spec: { taints } });
        }
        return send.call(agent.api, call) as never;
      };
      await agent.node.removeStartupTaints();
      expect(patches).toBe(2);
      expect((await fresh.get()).spec?.taints).toEqual([NOT_READY, { key: 'just-now', effect: 'NoSchedule' }]);
    });

    test('is put on a node that has no taints at all', async () => {
      await node.patch({ spec: { taints: null } });
      await node.agent().node.restoreStartupTaints();
      await node.agent().node.restoreStartupTaints();
      expect((await node.get()).spec?.taints).toEqual([...settings.startupTaints]);
    });
  });
});

const ownedBy = (kind: string) => ({
  ownerReferences: [
    { apiVersion: 'apps/v1', kind, name: 'owner', uid: '00000000-0000-0000-0000-000000000001', controller: true },
  ],
});
