import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import type { HandOver } from './hand-over';
import type { Locations } from './locations';
import type { NodeState } from './node-state';
import type { ShimStore } from './shim/shim-store';

/** What the phases on the host work with. */
export interface HostAgent {
  readonly settings: AgentSettings;
  readonly locations: Locations;
  readonly handOver: HandOver;
  readonly store: ShimStore;
  readonly state: NodeState;
  /** Kubernetes' name of the node's architecture. */
  readonly architecture: string;
  /** Gives containerd its new handlers. @throws Refusal when it does not come back */
  restart(): Promise<void>;
  /** No other agent of the node changes anything meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Said after every lasting change. */
  step(what: string): Promise<void>;
}
