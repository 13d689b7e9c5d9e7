import type { Duration, Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';

/** The cloud's half of a node: images, networks, roles. */
export interface KarpenterNodeClass {
  /** Such as `karpenter.k8s.aws`. */
  readonly group: string;
  /** Such as `EC2NodeClass`. */
  readonly kind: string;
  readonly name: string;
}

/** One condition on the instances Karpenter may launch. */
export interface KarpenterRequirement {
  /** A well-known label, such as `karpenter.sh/capacity-type` or `karpenter.k8s.aws/instance-family`. */
  readonly key: string;
  /** In, NotIn, Exists, DoesNotExist, Gt, Lt, Gte or Lte. */
  readonly operator: string;
  readonly values?: string[];
  /** At least so many different values have to remain possible, 1 to 50. */
  readonly minValues?: number;
}

/**
 * A Karpenter NodePool.
 * @see https://karpenter.sh/docs/concepts/nodepools/
 */
export interface KarpenterOptions {
  readonly nodeClass: KarpenterNodeClass;
  /** @default - any Linux instance of the pool's architectures */
  readonly requirements?: KarpenterRequirement[];
  /** @default - no limit */
  readonly cpuLimit?: Cpu;
  /** @default - no limit */
  readonly memoryLimit?: Size;
  /** How long a node may live. @default - Karpenter's: 30 days */
  readonly expireAfter?: Duration;
  /** How long Karpenter waits before it removes a node it could do without. @default - at once */
  readonly consolidateAfter?: Duration;
  /** Pools with a greater weight are tried first, 1 to 100. @default - no preference */
  readonly weight?: number;
}
