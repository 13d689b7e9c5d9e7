import type { NodePoolIntent } from '../node-pool.intent';

/** What keeps pods off a node until its shim runs. */
export enum NodeGate {
  /** Nodes register with a taint; the RuntimeClass selects the pool's label, so that an autoscaler can launch them. */
  STARTUP_TAINT = 'startup-taint',
  /** Nodes exist already; the RuntimeClass selects a label they get when they are ready. */
  READY_LABEL = 'ready-label',
}

/** Makes the nodes of a pool, or finds them. One API each. */
export interface INodeProvisioner {
  /** The API it speaks, in messages: `karpenter.sh/v1`. */
  readonly api: string;
  readonly gate: NodeGate;
  /** Labels that its nodes carry besides the pool's own. */
  readonly nodeLabels: Record<string, string>;
  /** Objects to emit: complete Kubernetes objects with `apiVersion`, `kind` and `metadata.name`. Pure. */
  provision(pool: NodePoolIntent): Record<string, unknown>[];
  /** What does not fit, as texts that begin with a code. */
  validate(pool: NodePoolIntent): string[];
}
