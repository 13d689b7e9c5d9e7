import { type INodeProvisioner, NodeGate } from './provisioner';

/** Nodes somebody else made. */
export interface ExistingNodesOptions {
  /**
   * Labels the nodes of this pool carry already.
   * @default - none: the label that tells a node's shim is ready is enough
   */
  readonly nodeSelector?: Record<string, string>;
}

export const existing = ({ nodeSelector = {} }: ExistingNodesOptions): INodeProvisioner => ({
  api: 'v1 Node',
  gate: NodeGate.READY_LABEL,
  nodeLabels: { ...nodeSelector },
  provision: () => [],
  validate: () => [],
});
