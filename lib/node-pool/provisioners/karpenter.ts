import type { Duration } from 'cdk8s';
import { textOf } from '../../diagnostics';
import { quantity } from '../../manifest/quantity';
import { type NodePoolIntent, toKubernetes } from '../node-pool.intent';
import type { KubernetesTaint } from '../taint';
import { karpenterFindings } from './karpenter.checks';
import type { KarpenterNodeClass, KarpenterOptions, KarpenterRequirement } from './karpenter.options';
import { ARCH, OS } from './keys';
import { type INodeProvisioner, NodeGate } from './provisioner';

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
  validate: (pool) => [...karpenterFindings(pool, options)].map(textOf),
});

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
