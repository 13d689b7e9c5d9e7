import type { Duration, Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';
import { REQUIREMENT_CONFLICT, textOf } from '../../diagnostics';
import { quantity } from '../../manifest/quantity';
import { type NodePoolIntent, POOL_LABEL, toKubernetes } from '../node-pool.intent';
import type { KubernetesTaint } from '../taint';
import { type INodeProvisioner, NodeGate } from './provisioner';

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

/** The part of karpenter.sh/v1 that we write. */
interface KarpenterNodePool {
  readonly apiVersion: 'karpenter.sh/v1';
  readonly kind: 'NodePool';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: {
        readonly nodeClassRef: KarpenterNodeClass;
        readonly taints: KubernetesTaint[];
        readonly startupTaints?: KubernetesTaint[];
        readonly requirements: KarpenterRequirement[];
        readonly expireAfter?: string;
      };
    };
    readonly limits?: { readonly cpu?: string; readonly memory?: string };
    readonly disruption?: { readonly consolidationPolicy: string; readonly consolidateAfter: string };
    readonly weight?: number;
  };
}

export const karpenter = (options: KarpenterOptions): INodeProvisioner => ({
  api: 'karpenter.sh/v1',
  gate: NodeGate.STARTUP_TAINT,
  nodeLabels: {},
  provision: (pool) => [{ ...nodePool(pool, options) }],
  validate: () => conflicts(options.requirements ?? []),
});

const ARCH = 'kubernetes.io/arch';
const OS = 'kubernetes.io/os';

const nodePool = (pool: NodePoolIntent, options: KarpenterOptions): KarpenterNodePool => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: pool.name },
  spec: {
    template: {
      metadata: { labels: pool.labels },
      spec: {
        nodeClassRef: options.nodeClass,
        taints: toKubernetes([pool.taint]),
        // Without a declared startup taint Karpenter takes the tainted node for unfit and launches another, endlessly.
        startupTaints: pool.startupTaints.length > 0 ? toKubernetes(pool.startupTaints) : undefined,
        requirements: [
          { key: ARCH, operator: 'In', values: pool.architectures },
          { key: OS, operator: 'In', values: ['linux'] },
          ...(options.requirements ?? []),
        ],
        expireAfter: options.expireAfter && seconds(options.expireAfter),
      },
    },
    limits: limits(options),
    disruption: options.consolidateAfter && {
      consolidationPolicy: 'WhenEmptyOrUnderutilized',
      consolidateAfter: seconds(options.consolidateAfter),
    },
    weight: options.weight,
  },
});

const limits = ({ cpuLimit, memoryLimit }: KarpenterOptions) =>
  cpuLimit === undefined && memoryLimit === undefined
    ? undefined
    : { cpu: cpuLimit?.amount, memory: memoryLimit && quantity(memoryLimit) };

const seconds = (duration: Duration): string => `${duration.toSeconds()}s`;

const SET_ELSEWHERE: ReadonlyMap<string, { readonly from: string; readonly prop?: string }> = new Map([
  [ARCH, { from: 'the pool', prop: '`architectures`' }],
  [OS, { from: 'the runtime, as Wasm shims run on Linux' }],
  [POOL_LABEL, { from: 'the pool', prop: '`name`' }],
]);

function conflicts(requirements: readonly KarpenterRequirement[]): string[] {
  return requirements.flatMap(({ key }) => {
    const elsewhere = SET_ELSEWHERE.get(key);
    return elsewhere === undefined ? [] : [textOf(REQUIREMENT_CONFLICT.with({ key, ...elsewhere }))];
  });
}
