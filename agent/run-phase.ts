import { AGENT_PHASES, type AgentPhase, type AgentSettings } from '../lib/node-pool/installers/agent-settings';
import { Api } from './cluster/api';
import { PoolLease } from './cluster/pool-lease';
import { ThisNode } from './cluster/this-node';
import { WasmPods } from './cluster/wasm-pods';
import { type ClusterAgent, PACE } from './cluster-agent';
import { HandOver } from './hand-over';
import { withHostLock } from './host/host-lock';
import type { HostAgent } from './host-agent';
import { type Locations, onHost } from './locations';
import { NodeState } from './node-state';
import { apply } from './phases/apply';
import { drain } from './phases/drain';
import { hold } from './phases/hold';
import { place } from './phases/place';
import { prove } from './phases/prove';
import { settle } from './phases/settle';
import { reasonOf } from './refusal';
import { restartContainerd } from './restart-containerd';
import { nodeArchitecture, ShimStore } from './shim/shim-store';

export const isPhase = (name: string): name is AgentPhase => AGENT_PHASES.some((phase) => phase === name);

/** Runs one phase with the real host or the real API server. */
export async function runPhase(phase: AgentPhase, settings: AgentSettings, locations: Locations): Promise<void> {
  const handOver = new HandOver(locations);
  const host = () => hostAgent(settings, locations, handOver);
  const cluster = () => clusterAgent(settings, locations, handOver);
  switch (phase) {
    case 'place':
      return guarded(phase, handOver, () => place(host()));
    case 'drain':
      endAtOnce();
      return guarded(phase, handOver, () => drain(cluster()));
    case 'apply':
      return guarded(phase, handOver, () => apply(host()));
    case 'prove':
      endAtOnce();
      return guarded(phase, handOver, () => prove(cluster()));
    case 'settle':
      return reported(phase, handOver, () => settle(host())); // whatever happened before
    case 'hold':
      return hold(cluster(), endOfProcess());
  }
}

/** Does nothing after a failure of an earlier phase. */
export async function guarded(
  phase: AgentPhase,
  handOver: HandOver,
  work: () => Promise<void>,
  tell = say,
): Promise<void> {
  if (phase !== 'place' && (await handOver.verdict())?.proven === false) return;
  await reported(phase, handOver, work, tell);
}

/** A failure goes into the hand-over folder and is no exit code: only a phase with a token can tell anybody. */
export async function reported(
  phase: AgentPhase,
  handOver: HandOver,
  work: () => Promise<void>,
  tell = say,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = reasonOf(error);
    tell(`${phase}: ${reason}`);
    const earlier = phase === 'place' ? undefined : await handOver.verdict();
    if (earlier?.proven !== false) await handOver.writeVerdict({ proven: false, phase, reason });
    else await handOver.writeVerdict({ ...earlier, reason: `${earlier.reason}; ${phase}: ${reason}` });
  }
}

function hostAgent(settings: AgentSettings, locations: Locations, handOver: HandOver): HostAgent {
  return {
    settings,
    locations,
    handOver,
    store: new ShimStore(settings, locations),
    state: new NodeState(settings, locations),
    architecture: nodeArchitecture(),
    restart: () => restartContainerd(settings, locations),
    alone: (work) => withHostLock(onHost(locations, LOCK_FILE), work),
    step: async (what) => say(`step: ${what}`),
  };
}

const LOCK_FILE = '/run/lock/cdk8s-wasm.lock';

function clusterAgent(settings: AgentSettings, locations: Locations, handOver: HandOver): ClusterAgent {
  const api = new Api(locations);
  return {
    settings,
    locations,
    handOver,
    api,
    node: new ThisNode(api, settings, locations.node),
    pods: new WasmPods(api, locations.node),
    lease: new PoolLease(api, settings.pool, locations.namespace, locations.node),
    pace: PACE,
    say,
  };
}

// A process with the id 1 ends on SIGTERM only if it says so. On the host it does not: a change is finished first.

const endAtOnce = (): void => {
  process.once('SIGTERM', () => process.exit(143));
};

function endOfProcess(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
