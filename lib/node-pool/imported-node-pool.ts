import { Construct, type IConstruct } from 'constructs';
import { judgeNow } from '../diagnostics';
import type { Distribution, WasmRuntime } from '../runtime';
import { placementFindings } from './node-pool.checks';
import type { IWasmNodePool } from './placement';
import type { KubernetesToleration, Taint } from './taint';

/** What is known about a RuntimeClass that exists already. */
export interface RuntimeClassReference {
  readonly runtime: WasmRuntime;
  /** @default - unknown: nothing is checked against it */
  readonly distribution?: Distribution;
  /** Its `scheduling.nodeSelector`. A pod that contradicts it is an error. @default - unknown: nothing is checked */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints of the nodes that its `scheduling` does not tolerate; services tolerate them themselves.
   * RuntimeClasses of runtime-class-manager and of k3s tolerate nothing.
   * @default - none
   */
  readonly untoleratedTaints?: Taint[];
  /** Kubernetes of the cluster, such as `1.30`. @default - recent enough for everything */
  readonly kubernetesVersion?: string;
  /** containerd of the nodes, such as `1.7.27`. @default - recent enough for everything */
  readonly containerdVersion?: string;
}

/** A pool somebody else made. */
export class ImportedNodePool extends Construct implements IWasmNodePool {
  public readonly runtime: WasmRuntime;
  public readonly distribution?: Distribution;
  public readonly kubernetesVersion?: string;
  public readonly containerdVersion?: string;
  public readonly runtimeClassNodeSelector: Record<string, string>;
  public readonly podNodeSelector: Record<string, string> = {};
  public readonly podTolerations: KubernetesToleration[];

  public constructor(
    scope: Construct,
    id: string,
    public readonly runtimeClassName: string,
    reference: RuntimeClassReference,
  ) {
    super(scope, id);
    this.runtime = reference.runtime;
    this.distribution = reference.distribution;
    this.kubernetesVersion = reference.kubernetesVersion;
    this.containerdVersion = reference.containerdVersion;
    this.runtimeClassNodeSelector = { ...reference.nodeSelector };
    this.podTolerations = (reference.untoleratedTaints ?? []).map((taint) => taint.toToleration());
    judgeNow(this, placementFindings(reference));
    const { root } = this.node;
    imported.set(root, [...(imported.get(root) ?? []), this]);
  }
}

const imported = new WeakMap<IConstruct, ImportedNodePool[]>();

/** The pools of a program that say a RuntimeClass exists already. */
export const importedAs = (root: IConstruct, runtimeClassName: string): ImportedNodePool[] =>
  (imported.get(root) ?? []).filter((pool) => pool.runtimeClassName === runtimeClassName);
