import { readableName } from '../manifest/names';
import type { RuntimeFacts } from '../runtime';
import type { IShimInstaller } from './installers/installer';
import { ShimInstaller } from './installers/shim-installer';
import { type NodePoolIntent, POOL_LABEL } from './node-pool.intent';
import type { WasmNodePoolProps } from './node-pool.props';
import { NodeProvisioner } from './provisioners/node-provisioner';
import { type INodeProvisioner, NodeGate } from './provisioners/provisioner';
import { type KubernetesToleration, Taint } from './taint';

/** Props with every default filled in. The name of the RuntimeClass comes from its object. */
export interface ResolvedNodePool {
  readonly pool: NodePoolIntent;
  readonly provisioner: INodeProvisioner;
  readonly installer: IShimInstaller;
}

export function resolveNodePool(id: string, props: WasmNodePoolProps): ResolvedNodePool {
  const { runtime, provisioner = NodeProvisioner.existing(), installer = ShimInstaller.preinstalled() } = props;
  const { facts } = runtime;
  const name = props.name ?? readableName(id);
  const handler = facts.handler === undefined ? undefined : (props.handler ?? facts.handler);
  const labels = { [POOL_LABEL]: name, ...props.labels };
  const gate = handler === undefined ? NO_GATE : gateOf(handler, labels, provisioner, installer);
  const taint = props.taint ?? Taint.noSchedule(POOL_LABEL, name);
  return {
    provisioner,
    installer,
    pool: {
      name,
      runtime,
      distribution: props.distribution,
      handler,
      labels,
      taint,
      ...gate,
      ...(facts.ownNodes === undefined ? {} : { nodeSelector: { ...facts.ownNodes.nodeSelector } }),
      tolerations: facts.ownNodes === undefined ? [taint.toToleration()] : ownTolerations(facts.ownNodes.tolerated),
      architectures: [...(props.architectures ?? ['amd64', 'arm64'])],
      ...overheadOf(props, facts),
      kubernetesVersion: props.kubernetesVersion,
      containerdVersion: props.containerdVersion,
    },
  };
}

const NO_GATE = { startupTaints: [], nodeSelector: {}, memberSelector: {} };

/**
 * The gate follows the provisioner. A RuntimeClass that selects a label which nodes only get at run time never gets
 * a node from an autoscaler; nodes that exist already have no moment at which they could register with a taint.
 */
function gateOf(
  handler: string,
  labels: Record<string, string>,
  provisioner: INodeProvisioner,
  installer: IShimInstaller,
) {
  if (provisioner.gate === NodeGate.STARTUP_TAINT) {
    const memberSelector = { [POOL_LABEL]: labels[POOL_LABEL] };
    return { startupTaints: installer.startupTaints(handler), memberSelector, nodeSelector: { ...memberSelector } };
  }
  const memberSelector = { ...provisioner.nodeLabels };
  const nodeSelector = { ...memberSelector, ...installer.readyLabels(handler) };
  return { startupTaints: [], memberSelector, nodeSelector };
}

/** A kubelet of its own taints its nodes with every effect: a toleration without one fits them all. */
const ownTolerations = (tolerated: Record<string, string>): KubernetesToleration[] =>
  Object.entries(tolerated).map(([key, value]) =>
    value === '' ? { key, operator: 'Exists' } : { key, operator: 'Equal', value },
  );

function overheadOf({ overhead }: WasmNodePoolProps, facts: RuntimeFacts) {
  if (overhead === undefined) return { overheadMemoryMiB: facts.overheadMiB?.value };
  const cpu = overhead.cpu?.amount;
  return { overheadMemoryMiB: overhead.memory?.toMebibytes(), overheadCpu: cpu };
}
