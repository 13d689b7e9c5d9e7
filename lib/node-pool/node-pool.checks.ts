import {
  ARCHITECTURE,
  DISTRIBUTION_RETIRED,
  type Finding,
  HANDLER_NAME,
  LEGACY_RUNTIME,
  NEEDS_CONTAINERD,
  NO_NODES_SELECTED,
  OWN_NODES,
  PROP_IGNORED,
  VERSION_SHAPE,
} from '../diagnostics';
import { labelFindings } from '../manifest/labels';
import { isDnsLabel } from '../manifest/names';
import type { WasmRuntime } from '../runtime';
import { isVersion } from '../runtime/kubernetes';
import type { NodePoolIntent } from './node-pool.intent';
import type { WasmNodePoolProps } from './node-pool.props';
import { type INodeProvisioner, NodeGate } from './provisioners/provisioner';
import { taintFindings } from './taint';

/** Everything that can be said about a pool by itself. */
export function* nodePoolFindings(pool: NodePoolIntent, provisioner: INodeProvisioner): Generator<Finding> {
  yield* placementFindings(pool);
  yield* labelFindings(pool.labels);
  if (pool.handler !== undefined && !isDnsLabel(pool.handler)) yield HANDLER_NAME.with({ handler: pool.handler });
  for (const taint of [pool.taint, ...pool.startupTaints]) yield* taintFindings(taint);
  for (const architecture of pool.architectures) {
    if (architecture !== 'amd64' && architecture !== 'arm64') yield ARCHITECTURE.with({ architecture });
  }
  if (pool.architectures.length === 0) yield ARCHITECTURE.with({ architecture: '' });
  if (pool.runtimeClassName !== undefined && Object.keys(pool.nodeSelector).length === 0) {
    yield NO_NODES_SELECTED.with({ runtimeClass: pool.runtimeClassName });
  }
  if (pool.runtime.facts.ownNodes !== undefined && provisioner.gate !== NodeGate.READY_LABEL) {
    yield OWN_NODES.with({ runtime: pool.runtime.name, api: provisioner.api });
  }
}

/** What was said and leads to nothing. */
export function* ignoredFindings(
  { labels, taint, handler, overhead }: WasmNodePoolProps,
  { facts }: WasmRuntime,
  { gate }: INodeProvisioner,
): Generator<Finding> {
  if (gate === NodeGate.READY_LABEL && labels !== undefined && Object.keys(labels).length > 0) {
    yield PROP_IGNORED.with({
      prop: 'labels',
      why: 'nobody labels nodes that exist already; select them by `nodeSelector`',
    });
  }
  if (facts.ownNodes === undefined) return;
  for (const [prop, value] of Object.entries({ taint, handler, overhead })) {
    if (value !== undefined)
      yield PROP_IGNORED.with({ prop, why: `${facts.name} registers its own nodes, without a RuntimeClass` });
  }
}

/** Runtime against nodes: the same for a pool of ours and one made elsewhere. */
export function* placementFindings(
  pool: Pick<NodePoolIntent, 'runtime' | 'distribution' | 'kubernetesVersion' | 'containerdVersion'>,
): Generator<Finding> {
  const { runtime, distribution } = pool;
  const { legacy, shim } = runtime.facts;
  if (legacy !== undefined)
    yield LEGACY_RUNTIME.with({ runtime: runtime.name, why: legacy.note, replacement: legacy.value });
  if (distribution !== undefined) {
    const { name, retired, containerd } = distribution.facts;
    if (retired !== undefined)
      yield DISTRIBUTION_RETIRED.with({ distribution: name, since: retired.note, replacement: retired.value });
    if (!containerd.value && shim?.needsContainerd === true) {
      yield NEEDS_CONTAINERD.with({ runtime: runtime.name, distribution: name, found: containerd.note });
    }
  }
  for (const prop of ['kubernetesVersion', 'containerdVersion'] as const) {
    const version = pool[prop];
    if (version !== undefined && !isVersion(version)) yield VERSION_SHAPE.with({ prop, version });
  }
}
