import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../../../agent/cluster/api';
import type { Node, Pod } from '../../../agent/cluster/objects';
import { PoolLease } from '../../../agent/cluster/pool-lease';
import { ThisNode } from '../../../agent/cluster/this-node';
import { WasmPods } from '../../../agent/cluster/wasm-pods';
import type { ClusterAgent, Pace } from '../../../agent/cluster-agent';
import { HandOver } from '../../../agent/hand-over';
import type { Locations } from '../../../agent/locations';
import type { AgentSettings } from '../../../lib/node-pool/installers/agent-settings';
import { ApiError } from '../../conformance/api/api-connection';
import type { ControlPlane } from '../../conformance/control-plane';
import { freePorts } from '../../conformance/machine/free-ports';
import { until } from '../../conformance/machine/until';
import { installed } from '../../node-pool/installers/installed';
import { objectsOf, only } from '../../support/programs';
import { newScratch } from './scratch';

const HURRY: Pace = { leaseMs: 20, drainMs: 50, probeMs: 30, probeStableMs: 1_500, retryMs: 200, holdMs: 100 };
export const NAMESPACE = 'kube-system';
const ACCOUNT = 'shim-installer-edge';
/** The kubelet's own, which the API server puts on a node that is new. */
export const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** What the library emits for a pool, and its settings, without the DaemonSet: nobody here would make its pods. */
export async function installAgent(controlPlane: ControlPlane): Promise<AgentSettings> {
  const { chart } = installed();
  for (const object of objectsOf(chart)) {
    if (!['DaemonSet', 'ConfigMap'].includes(object.kind)) await controlPlane.apply(object);
  }
  const settings = JSON.parse(only(chart, 'ConfigMap').data['settings.json']) as AgentSettings;
  return { ...settings, startupTaints: [{ key: 'readiness.k8s.io/wasm-wasmtime', effect: 'NoSchedule' }] };
}

/** A Node object with an agent's pod on it, whose token is all that the agent has. */
export class ClusterNode {
  public static async create(
    controlPlane: ControlPlane,
    settings: AgentSettings,
    name: string,
    { taints = settings.startupTaints, runtimeHandlers = [] as string[] } = {},
  ): Promise<ClusterNode> {
    await controlPlane.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'example.com/pool': 'edge' } },
      spec: { taints },
    } as never);
    const [port = 0] = await freePorts(1);
    const node = new ClusterNode(controlPlane, settings, name, port);
    await node.patchStatus(`/api/v1/nodes/${name}`, { runtimeHandlers: runtimeHandlers.map((one) => ({ name: one })) });
    await node.startAgentPod();
    return node;
  }

  public readonly said: string[] = [];
  public readonly locations: Locations;
  private readonly stopped = new AbortController();
  /** What the kubelet says of a probe. */
  public probeStatus: object = { phase: 'Succeeded', containerStatuses: [ended(0)] };
  /** The probe as the API server has admitted it. */
  public probe: { readonly spec: Record<string, unknown>; readonly metadata: Record<string, unknown> } | undefined;

  private constructor(
    private readonly controlPlane: ControlPlane,
    public readonly settings: AgentSettings,
    public readonly name: string,
    port: number,
  ) {
    const scratch = newScratch();
    mkdirSync(join(scratch, 'account'));
    mkdirSync(join(scratch, 'hand-over'));
    this.locations = {
      settings: '',
      hostRoot: join(scratch, 'no-host'),
      handOver: join(scratch, 'hand-over'),
      serviceAccount: join(scratch, 'account'),
      apiServer: controlPlane.url,
      node: name,
      pod: `agent-on-${name}`,
      namespace: NAMESPACE,
      port,
      restartSettleMs: 0,
    };
  }

  /** An agent as one phase has it. */
  public agent(more: Partial<AgentSettings> = {}): ClusterAgent {
    const settings = {
      ...this.settings,
      drainTimeoutSeconds: 2,
      probe: { ...this.settings.probe, timeoutSeconds: 2 },
      ...more,
    };
    const api = new Api(this.locations, 2_000);
    return {
      settings,
      locations: this.locations,
      handOver: new HandOver(this.locations),
      api,
      node: new ThisNode(api, settings, this.name),
      pods: new WasmPods(api, this.name),
      lease: new PoolLease(api, settings.pool, NAMESPACE, this.name),
      pace: HURRY,
      say: (line) => void this.said.push(line),
    };
  }

  public async get(): Promise<Node> {
    return (await this.send('GET', `/api/v1/nodes/${this.name}`)) as Node;
  }

  public async label(): Promise<string | undefined> {
    return (await this.get()).metadata.labels?.[this.settings.readyLabelKey];
  }

  /** Somebody else's change of the node. */
  public patch(body: object): Promise<unknown> {
    return this.send('PATCH', `/api/v1/nodes/${this.name}`, body, 'application/merge-patch+json');
  }

  /** A pod that runs here. */
  public async addPod(name: string, spec: object = {}, metadata: object = {}): Promise<void> {
    await this.controlPlane.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', ...metadata },
      spec: {
        nodeName: this.name,
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name: 'main', image: 'main' }],
        ...spec,
      },
    } as never);
    const startTime = new Date(Date.now() - 60_000).toISOString();
    await this.patchStatus(`/api/v1/namespaces/shop/pods/${name}`, { phase: 'Running', startTime, conditions: READY });
  }

  public async pods(namespace = 'shop'): Promise<string[]> {
    const { items } = (await this.send('GET', `/api/v1/namespaces/${namespace}/pods`)) as { readonly items: Pod[] };
    return items.map(({ metadata }) => metadata.name).sort();
  }

  public agentPodIsThere(): Promise<boolean> {
    return this.pods(NAMESPACE).then((names) => names.includes(this.locations.pod));
  }

  public async setBudget(disruptionsAllowed: number): Promise<void> {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'cart', namespace: 'shop' },
    };
    const spec = { maxUnavailable: 1, selector: { matchLabels: { app: 'cart' } } };
    await this.controlPlane.apply({ ...budget, spec } as never);
    const status = { disruptionsAllowed, observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };
    await this.patchStatus('/apis/policy/v1/namespaces/shop/poddisruptionbudgets/cart', status);
  }

  public send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<unknown> {
    return this.controlPlane
      .send({ method, path, ...(body && { body }), ...(contentType && { contentType }) })
      .then((reply) => reply.body);
  }

  /** Lets go of what is deleted, and says of a probe what it is told to. */
  public startKubelet(): void {
    void this.kubelet();
  }

  public async stop(): Promise<void> {
    this.stopped.abort();
    const { items } = (await this.send('GET', '/api/v1/pods')) as { readonly items: Pod[] };
    for (const { metadata } of items) await this.forceDelete(metadata.namespace, metadata.name);
    await this.send('DELETE', `/api/v1/nodes/${this.name}`).catch(unlessGone);
    rmSync(join(this.locations.handOver, '..'), { recursive: true });
  }

  private async kubelet(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const list = (await this.send('GET', `/api/v1/pods?fieldSelector=spec.nodeName=${this.name}`)) as {
        readonly items: never[];
      };
      for (const pod of list.items as (Pod & { metadata: { deletionTimestamp?: string } })[]) {
        const { name, namespace, deletionTimestamp } = pod.metadata;
        if (deletionTimestamp !== undefined) await this.forceDelete(namespace, name);
        else if (name.startsWith('shim-probe-')) {
          this.probe = pod as never;
          await this.patchStatus(`/api/v1/namespaces/${namespace}/pods/${name}`, this.probeStatus).catch(
            () => undefined,
          );
        }
      }
      await delay(20);
    }
  }

  private async forceDelete(namespace: string, name: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`;
    await this.send('DELETE', path).catch(unlessGone);
  }

  private async patchStatus(path: string, status: object): Promise<void> {
    await this.send('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  }

  private async startAgentPod(): Promise<void> {
    const { pod: name } = this.locations;
    const { object } = await this.controlPlane.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: NAMESPACE },
      spec: { nodeName: this.name, serviceAccountName: ACCOUNT, containers: [{ name: 'hold', image: 'node' }] },
    } as never);
    const { status } = (await this.send('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        expirationSeconds: 3600,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: object.metadata.uid },
      },
    })) as { readonly status: { readonly token: string } };
    writeFileSync(join(this.locations.serviceAccount, 'token'), status.token);
    const kubeconfig = JSON.parse(readFileSync(this.controlPlane.kubeconfig, 'utf8'));
    const ca = readFileSync(kubeconfig.clusters[0].cluster['certificate-authority'], 'utf8');
    writeFileSync(join(this.locations.serviceAccount, 'ca.crt'), ca);
  }
}

/** Until the admission policy that binds a token to its node is in force, tests would not notice what it forbids. */
export async function guardIsInForce(node: ClusterNode, another: ClusterNode): Promise<void> {
  await until('the guard is in force', 30, async () => {
    const other = new ThisNode(new Api(node.locations, 0), node.settings, another.name);
    const refused = await other.mark('ready').then(
      () => '',
      (error: unknown) => String(error),
    );
    return refused.includes('the agent of a node changes that node') || undefined;
  });
}

export const ended = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error') =>
  container({
    terminated: { exitCode, reason, startedAt: new Date().toISOString(), finishedAt: new Date().toISOString() },
  });

export const container = (state: object) => ({
  name: 'probe',
  image: 'probe',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
});

const READY = [{ type: 'Ready', status: 'True' }];

/** Somebody else was faster. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}
