import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterAgent } from '../cluster-agent';

/** Gives the node to pods, or says why not; then stays, so that the DaemonSet knows how the node is. */
export async function hold(agent: ClusterAgent, ended: AbortSignal): Promise<void> {
  const verdict = (await agent.handOver.verdict()) ?? { proven: false, phase: 'prove', reason: 'nothing was proven' };
  const served = serve(agent.locations.port, verdict.proven, ended);
  if (verdict.proven) await release(agent);
  else await report(agent, verdict.phase, verdict.reason);
  await (verdict.proven ? keepReady(agent, ended) : tryAgainLater(agent, ended));
  await served;
}

/** In this order: the label first, since the taint and the cordon are what keeps pods away until then. */
async function release({ settings, node, lease }: ClusterAgent): Promise<void> {
  await node.setFailures(0);
  if (settings.state === 'present') {
    await node.mark('ready');
    await node.removeStartupTaints();
  } else await node.mark(undefined);
  await node.uncordon();
  await lease.release();
}

async function report({ node, lease, say }: ClusterAgent, phase: string, reason: string): Promise<void> {
  say(`${phase}: ${reason}`);
  await node.mark('failed', `${phase}: ${reason}`);
  await node.uncordon(); // other pods have done nothing wrong; Wasm pods are kept away by label or taint
  await lease.release();
}

/** Labels go with a Node object that is made anew. */
async function keepReady({ settings, node, pace, say }: ClusterAgent, ended: AbortSignal): Promise<void> {
  while (await pause(pace.holdMs, ended)) {
    try {
      const { metadata } = await node.get();
      const wrong = settings.state === 'present' && metadata.labels?.[settings.readyLabelKey] !== 'ready';
      if (wrong) await node.mark('ready');
    } catch (error) {
      say(`the node cannot be looked at: ${String(error)}`); // the next look may succeed
    }
  }
}

/** Init containers run again in a new pod only, so the agent asks for one. */
async function tryAgainLater({ locations, api, node, pace, say }: ClusterAgent, ended: AbortSignal): Promise<void> {
  const failures = await node.failures();
  await node.setFailures(failures + 1);
  const waitMs = Math.min(pace.retryMs * 2 ** failures, LONGEST_WAIT_MS);
  say(`trying again in ${Math.round(waitMs / 1000)} s`);
  if (!(await pause(waitMs, ended))) return;
  await api.find({ method: 'DELETE', path: `/api/v1/namespaces/${locations.namespace}/pods/${locations.pod}` });
}

const LONGEST_WAIT_MS = 3_600_000;

async function serve(port: number, ready: boolean, ended: AbortSignal): Promise<void> {
  const server = createServer((request, reply) => {
    reply.statusCode = request.url !== '/ready' ? 404 : ready ? 200 : 503;
    reply.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port);
    ended.addEventListener('abort', () => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  });
}

/** @returns whether the time has passed, rather than the process been asked to end */
async function pause(ms: number, ended: AbortSignal): Promise<boolean> {
  try {
    await delay(ms, undefined, { signal: ended });
    return true;
  } catch {
    return false;
  }
}
