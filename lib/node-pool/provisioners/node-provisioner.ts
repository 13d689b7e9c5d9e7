import { type ExistingNodesOptions, existing } from './existing';
import { karpenter } from './karpenter';
import type { KarpenterOptions } from './karpenter.options';
import type { INodeProvisioner } from './provisioner';

/** Where the nodes of a pool come from. */
export class NodeProvisioner {
  /** Nodes that exist, or that something outside the program makes. */
  public static existing(options: ExistingNodesOptions = {}): INodeProvisioner {
    return existing(options);
  }

  /**
   * Nodes that Karpenter launches when pods of the pool wait. It respects wishes: the soft spread of a service over hosts
   * brings a node for each pod, small ones (seen with 1.14). `--preference-policy=Ignore` makes it pack them.
   */
  public static karpenter(options: KarpenterOptions): INodeProvisioner {
    return karpenter(options);
  }

  private constructor() {}
}
