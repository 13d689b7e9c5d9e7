import { setTimeout as delay } from 'node:timers/promises';
import { type Api, ApiError } from './api';
import type { Lease } from './objects';

/** One node of a pool at a time restarts containerd: a Lease, with the node as its holder. */
export class PoolLease {
  private readonly collection: string;

  public constructor(
    private readonly api: Api,
    private readonly pool: string,
    private readonly namespace: string,
    private readonly node: string,
  ) {
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  }

  /** Waits for as long as others need. @param seconds after which others may take it, should this node be gone */
  public async acquire(seconds: number, pauseMs = PAUSE_MS): Promise<void> {
    while (!(await this.tryAcquire(seconds))) await delay(pauseMs);
  }

  public async tryAcquire(seconds: number): Promise<boolean> {
    const lease = await this.find();
    try {
      if (lease === undefined) await this.api.send({ method: 'POST', path: this.collection, body: this.held(seconds) });
      else if (await this.isFree(lease)) await this.replace(lease, this.held(seconds).spec);
      else return false;
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return false; // somebody was faster
      throw error;
    }
  }

  public async release(): Promise<void> {
    const lease = await this.find();
    if (lease?.spec?.holderIdentity !== this.node) return;
    try {
      await this.replace(lease, { holderIdentity: '' });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error; // it ran out, and somebody has it
    }
  }

  private async isFree({ spec = {} }: Lease): Promise<boolean> {
    const { holderIdentity: holder = '', leaseDurationSeconds = 0, renewTime } = spec;
    if (holder === '' || holder === this.node) return true;
    if (Date.parse(renewTime ?? '') + leaseDurationSeconds * 1000 < Date.now() || renewTime === undefined) return true;
    return (await this.api.find({ method: 'GET', path: `/api/v1/nodes/${holder}` })) === undefined;
  }

  private find(): Promise<Lease | undefined> {
    return this.api.find<Lease>({ method: 'GET', path: `${this.collection}/${this.name}` });
  }

  /** With the resource version that was read: a change in between is a conflict. */
  private async replace(lease: Lease, spec: Lease['spec']): Promise<void> {
    await this.api.send({ method: 'PUT', path: `${this.collection}/${this.name}`, body: { ...lease, spec } });
  }

  private held(seconds: number) {
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, namespace: this.namespace },
      spec: {
        holderIdentity: this.node,
        leaseDurationSeconds: seconds,
        renewTime: new Date().toISOString().replace('Z', '000Z'), // microseconds, as the API wants them
      },
    };
  }

  private get name(): string {
    return `cdk8s-wasm-${this.pool}`;
  }
}

const PAUSE_MS = 5_000;
