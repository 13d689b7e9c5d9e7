import { setTimeout as delay } from 'node:timers/promises';
import type { AgentSettings, AgentTaint } from '../../lib/node-pool/installers/agent-settings';
import type { Api } from './api';
import { ApiError } from './api';
import type { Node, Taint } from './objects';

/** How far the node is, as its label says. */
export type NodeStage = 'installing' | 'ready' | 'failed' | 'removing';

/** The Node object of the node that the agent runs on. */
export class ThisNode {
  private readonly path: string;

  public constructor(
    private readonly api: Api,
    private readonly settings: AgentSettings,
    public readonly name: string,
  ) {
    this.path = `/api/v1/nodes/${name}`;
  }

  public get(): Promise<Node> {
    return this.api.send<Node>({ method: 'GET', path: this.path });
  }

  /** @param stage undefined takes the label away. @param reason undefined takes the annotation away */
  public async mark(stage: NodeStage | undefined, reason?: string): Promise<void> {
    const { readyLabelKey: key } = this.settings;
    await this.merge({ labels: { [key]: stage ?? null }, annotations: { [`${key}-reason`]: reason ?? null } });
  }

  /** How often the agent has failed here in a row. */
  public async failures(): Promise<number> {
    const count = Number((await this.get()).metadata.annotations?.[this.failuresKey] ?? 0);
    return Number.isSafeInteger(count) ? count : 0;
  }

  public async setFailures(count: number): Promise<void> {
    await this.merge({ annotations: { [this.failuresKey]: count === 0 ? null : String(count) } });
  }

  /** Whether it has never been given to pods: it still carries a taint that nodes of the pool register with. */
  public async isFresh(): Promise<boolean> {
    return taintsOf(await this.get()).some((taint) => this.settings.startupTaints.some((one) => isSame(taint, one)));
  }

  /** Remembers that it was us, so that a node which somebody else has cordoned stays cordoned. */
  public async cordon(): Promise<void> {
    const { spec } = await this.get();
    if (spec?.unschedulable === true) return;
    await this.merge({ annotations: { [CORDONED_BY]: this.settings.pool } });
    await this.api.send({ ...this.patch(), body: { spec: { unschedulable: true } } });
  }

  public async uncordon(): Promise<void> {
    const { metadata } = await this.get();
    if (metadata.annotations?.[CORDONED_BY] !== this.settings.pool) return;
    await this.api.send({ ...this.patch(), body: { spec: { unschedulable: null } } });
    await this.merge({ annotations: { [CORDONED_BY]: null } });
  }

  public removeStartupTaints(): Promise<void> {
    const { startupTaints } = this.settings;
    return this.changeTaints((taints) => taints.filter((taint) => !startupTaints.some((one) => isSame(taint, one))));
  }

  public restoreStartupTaints(): Promise<void> {
    const { startupTaints } = this.settings;
    return this.changeTaints((taints) => [
      ...taints,
      ...startupTaints.filter((one) => !taints.some((taint) => isSame(taint, one))),
    ]);
  }

  /** A merge patch would replace the whole list and undo what another controller has just done to it. */
  private async changeTaints(change: (taints: readonly Taint[]) => readonly Taint[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { spec } = await this.get();
      const before = spec?.taints;
      const after = change(before ?? []);
      if (after.length === (before ?? []).length) return;
      try {
        await this.api.send({
          method: 'PATCH',
          path: this.path,
          contentType: 'application/json-patch+json',
          body: [
            { op: 'test', path: '/spec/taints', value: before ?? null },
            { op: before === undefined ? 'add' : 'replace', path: '/spec/taints', value: after },
          ],
        });
        return;
      } catch (error) {
        const changedMeanwhile = error instanceof ApiError && (error.status === 409 || error.status === 422);
        if (!changedMeanwhile || attempt === TAINT_ATTEMPTS) throw error;
        await delay(TAINT_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  private async merge(metadata: object): Promise<void> {
    await this.api.send({ ...this.patch(), body: { metadata } });
  }

  private patch(): { method: 'PATCH'; path: string; contentType: string } {
    return { method: 'PATCH', path: this.path, contentType: 'application/merge-patch+json' };
  }

  private get failuresKey(): string {
    return `${this.settings.readyLabelKey}-failures`;
  }
}

export const CORDONED_BY = 'cdk8s-wasm.dev/cordoned-by';

const TAINT_ATTEMPTS = 8;
const TAINT_PAUSE_MS = 50;

const taintsOf = (node: Node): readonly Taint[] => node.spec?.taints ?? [];

const isSame = (taint: Taint, other: AgentTaint): boolean =>
  taint.key === other.key && taint.effect === other.effect && (taint.value ?? '') === (other.value ?? '');
