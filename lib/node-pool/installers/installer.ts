import type { NodePoolIntent } from '../node-pool.intent';
import type { Taint } from '../taint';

/** Brings the shim to the nodes of a pool, or knows that it is there. */
export interface IShimInstaller {
  /** Its name in messages. */
  readonly name: string;
  /**
   * The taints that nodes register with and that this installer, or somebody it stands for, takes off again.
   * Empty where nobody would: a taint without a remover keeps a node empty for ever.
   */
  startupTaints(handler: string): Taint[];
  /** The labels a node has once its shim runs. */
  readyLabels(handler: string): Record<string, string>;
  /** Objects to emit: complete Kubernetes objects with `apiVersion`, `kind` and `metadata.name`. Pure. */
  install(pool: NodePoolIntent): Record<string, unknown>[];
  /** What does not fit, as texts that begin with a code. */
  validate(pool: NodePoolIntent): string[];
}
