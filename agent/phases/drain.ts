import { comesBack } from '../cluster/wasm-pods';
import type { ClusterAgent } from '../cluster-agent';

/** Makes the node free of pods that a restart of containerd would break, if there is going to be one. */
export async function drain(agent: ClusterAgent): Promise<void> {
  const { settings, handOver, node, pods, lease, pace, say } = agent;
  const plan = await handOver.plan();
  if (settings.state === 'absent') {
    await node.mark('removing');
    await node.restoreStartupTaints(); // or the pods that are evicted now would come back
  }
  if (plan === undefined || !plan.restartsContainerd) return;
  // A node that was never given to pods has none to lose: a hundred new nodes do not wait for each other. To cordon it
  // would also make an autoscaler believe that it needs yet another one.
  const fresh = settings.state === 'present' && (await node.isFresh());
  if (!fresh) {
    say('waiting until no other node of the pool is being changed');
    await lease.acquire(leaseSeconds(agent), pace.leaseMs);
    await node.cordon();
  }
  if (settings.state === 'present') await node.mark('installing');
  const survives = (handler: string) => plan.runcHandlers.includes(handler);
  await pods.drain(
    async () => (await pods.list(survives)).filter((pod) => !comesBack(pod)),
    settings.drainTimeoutSeconds,
    pace.drainMs,
  );
}

/** Long enough for all that follows, as the phases on the host cannot renew it. */
const leaseSeconds = ({ settings }: ClusterAgent): number =>
  settings.drainTimeoutSeconds + settings.probe.timeoutSeconds + HOST_PHASES_SECONDS;

const HOST_PHASES_SECONDS = 600;
