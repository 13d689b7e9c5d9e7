import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import type { Api } from './cluster/api';
import type { PoolLease } from './cluster/pool-lease';
import type { ThisNode } from './cluster/this-node';
import type { WasmPods } from './cluster/wasm-pods';
import type { HandOver } from './hand-over';
import type { Locations } from './locations';

/** What the phases with a token work with. */
export interface ClusterAgent {
  readonly settings: AgentSettings;
  readonly locations: Locations;
  readonly handOver: HandOver;
  readonly api: Api;
  readonly node: ThisNode;
  readonly pods: WasmPods;
  readonly lease: PoolLease;
  readonly pace: Pace;
  say(line: string): void;
}

/** How long to wait between two looks, milliseconds; tests are in a hurry. */
export interface Pace {
  readonly leaseMs: number;
  readonly drainMs: number;
  readonly probeMs: number;
  /** How long a probe that does not end must run. */
  readonly probeStableMs: number;
  /** After a first failure; it doubles with each, up to an hour. */
  readonly retryMs: number;
  /** Between two looks at the label of a node that is ready. */
  readonly holdMs: number;
}

export const PACE: Pace = {
  leaseMs: 5_000,
  drainMs: 2_000,
  probeMs: 1_000,
  probeStableMs: 5_000,
  retryMs: 120_000,
  holdMs: 300_000,
};
