import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../cluster/api';
import type { KubernetesEvent, List, Pod } from '../cluster/objects';
import { judgeProbe, PROBE_LABELS, type ProbeOutcome, probePod, probePodName } from '../cluster/probe-pod';
import { comesBack } from '../cluster/wasm-pods';
import type { ClusterAgent } from '../cluster-agent';
import { Refusal } from '../refusal';

/** Runs something under the handler on this node: containerd lists a handler also when its shim does not exist. */
export async function prove(agent: ClusterAgent): Promise<void> {
  const { settings, handOver } = agent;
  await replaceBroken(agent);
  if (settings.state === 'absent') return handOver.writeVerdict({ proven: true });
  await probe(agent);
  const oldest = await oldestPod(agent);
  await handOver.writeVerdict({ proven: true, ...(oldest !== undefined && { oldestPod: oldest }) });
}

async function probe(agent: ClusterAgent): Promise<void> {
  const { settings, locations, api, say } = agent;
  const collection = `/api/v1/namespaces/${locations.namespace}/pods`;
  const path = `${collection}/${probePodName(settings, locations)}`;
  await removePod(agent, path); // of this phase's earlier run
  try {
    const self = await api.find<Pod>({ method: 'GET', path: `${collection}/${locations.pod}` });
    await api.send({ method: 'POST', path: collection, body: probePod(settings, locations, self) });
    const last = await lastOutcome(agent, path);
    if (last.outcome === 'ran') return say(`the probe ran under the handler ${settings.handler}`);
    throw new Refusal(
      `the probe did not run under the handler ${settings.handler}: ${await explained(agent, last.why)}`,
    );
  } finally {
    await removePod(agent, path);
  }
}

async function lastOutcome({ settings, api, pace }: ClusterAgent, path: string): Promise<ProbeOutcome> {
  const { timeoutSeconds } = settings.probe;
  for (const end = Date.now() + timeoutSeconds * 1000; ; await delay(pace.probeMs)) {
    const pod = await api.find<Pod>({ method: 'GET', path });
    if (pod === undefined) return { outcome: 'failed', why: 'somebody has deleted the pod' };
    const outcome = judgeProbe(pod, Date.now(), pace.probeStableMs);
    if (outcome.outcome !== 'waiting') return outcome;
    if (Date.now() > end) return { outcome: 'waiting', why: `${outcome.why}, after ${timeoutSeconds} s` };
  }
}

/** A missing handler or binary never shows in the pod's status, only in its events. */
async function explained({ settings, locations, api, node }: ClusterAgent, why: string): Promise<string> {
  const events = await api.find<List<KubernetesEvent>>({
    method: 'GET',
    path: `/api/v1/namespaces/${locations.namespace}/events`,
    query: { fieldSelector: `involvedObject.name=${probePodName(settings, locations)}` },
  });
  const said = (events?.items ?? [])
    .filter(({ reason = '' }) => reason.startsWith('Fail') || reason === 'BackOff')
    .sort((one, other) => timeOf(one) - timeOf(other))
    .slice(-2)
    .map(({ reason, message }) => `${reason}: ${message}`);
  const listed = (await node.get()).status?.runtimeHandlers?.map(({ name }) => name) ?? [];
  const unlisted = listed.length > 0 && !listed.includes(settings.handler);
  return [why, ...new Set(said), ...(unlisted ? ['the kubelet does not list the handler'] : [])].join('; ');
}

const timeOf = ({ lastTimestamp, eventTime }: KubernetesEvent): number =>
  Date.parse(lastTimestamp ?? eventTime ?? '') || 0;

async function removePod({ api, pace }: ClusterAgent, path: string): Promise<void> {
  try {
    await api.send({ method: 'DELETE', path });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return;
    throw error;
  }
  for (const end = Date.now() + REMOVAL_MS; Date.now() < end; await delay(pace.probeMs)) {
    if ((await api.find({ method: 'GET', path })) === undefined) return;
  }
}

const REMOVAL_MS = 30_000;

/** Pods that could not be drained because they come back at once are from before the restart, and do not work any more. */
async function replaceBroken({ handOver, pods }: ClusterAgent): Promise<void> {
  const plan = await handOver.plan();
  const restartedAt = await handOver.restartedAt();
  if (plan === undefined || restartedAt === undefined) return;
  for (const pod of await pods.list((handler) => plan.runcHandlers.includes(handler))) {
    if (comesBack(pod) && startOf(pod) < restartedAt) await pods.evict(pod);
  }
}

async function oldestPod({ settings, pods }: ClusterAgent): Promise<number | undefined> {
  const starts = (await pods.list((handler) => handler !== settings.handler))
    .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] !== PROBE_LABELS['app.kubernetes.io/name'])
    .map(startOf);
  return starts.length === 0 ? undefined : Math.min(...starts);
}

const startOf = ({ status }: Pod): number => Date.parse(status?.startTime ?? '') || Date.now();
