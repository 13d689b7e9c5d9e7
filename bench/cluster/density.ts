import { until } from '../../test/conformance/machine/until';
import type { Lab } from '../../test/e2e/lab';
import type { Json } from '../../test/support/programs';
import { memoryOf } from './pod-memory';
import { asNative, microservice, type Objects, requesting } from './services';
import { clearStage, isReady, NAMESPACE, NODE, stopwatch } from './stage';
import type { Finding } from './table';

/** More than a kubelet takes. */
const TOO_MANY = 120;
const TEN = 10;

/** Pods of one service on one node until no more are let in. */
export async function density(lab: Lab): Promise<Finding> {
  const ours = await microservice(lab);
  const small = { cpu: '1m' };
  const rows = [
    await filled(lab, 'Wasm, the requests of the library', ours),
    await filled(lab, 'native, the same requests', asNative(ours)),
    await filled(lab, 'Wasm, 1m of CPU requested', requesting(ours, small)),
    await filled(lab, 'native, 1m of CPU requested', asNative(requesting(ours, small))),
  ];
  return {
    title: 'Pods of one service on one node',
    conditions: `The inventory (Rust, artifact), image on the node and compiled; from one pod to eleven, to ${TOO_MANY} wanted, ten less than fitted, and those ten again, each until all that fit were Ready. The kubelet takes 110 pods. One round.`,
    columns: [
      'service',
      'pods',
      'ten more, empty node',
      'the last ten',
      'PSS a pod',
      'of it outside',
      'what refused the next',
    ],
    rows,
    limits:
      'requests decide before memory does, on both sides: the last column says which. PSS is a mean over pods that share their pages. One round: a second more or less says nothing. Nothing was asked of the pods but their probes.',
  };
}

/** @returns a row: how many ran, and what the next one was told */
async function filled(lab: Lab, name: string, objects: Objects): Promise<readonly string[]> {
  for (const object of objects) await lab.api.apply(object);
  await ready(lab, 1);
  const first = stopwatch();
  await scale(lab, 1 + TEN);
  await ready(lab, 1 + TEN);
  const firstTen = first();
  await scale(lab, TOO_MANY);
  const { fitting, refusal } = await refused(lab);
  await ready(lab, fitting);
  const uids = (await lab.pods(NAMESPACE)).filter(isReady).map(({ metadata }) => String(metadata.uid));
  const memory = memoryOf(lab.node(NODE), uids);
  const mean = (of: (one: (typeof memory)[number]) => number) =>
    `${(memory.reduce((sum, one) => sum + of(one), 0) / memory.length).toFixed(1)} MiB`;
  await scale(lab, fitting - TEN);
  await until('ten pods are gone', 60, async () => (await lab.pods(NAMESPACE)).length === fitting - TEN || undefined);
  const last = stopwatch();
  await scale(lab, fitting);
  await ready(lab, fitting);
  const lastTen = last();
  await clearStage(lab);
  return [
    name,
    `${fitting}`,
    `${firstTen.toFixed(1)} s`,
    `${lastTen.toFixed(1)} s`,
    mean(({ inside, outside }) => inside + outside),
    mean(({ outside }) => outside),
    refusal,
  ];
}

const scale = (lab: Lab, replicas: number): Promise<Json> =>
  lab.patch(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/inventory`, { spec: { replicas } });

const ready = (lab: Lab, count: number): Promise<true> =>
  until(`${count} pods are Ready`, 240, async () => {
    const { status } = await lab.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/inventory`);
    return status.readyReplicas === count || undefined;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${await lab.describe(NAMESPACE)}`);
  });

/** Waits until the scheduler has an opinion about every pod. */
async function refused(lab: Lab): Promise<{ readonly fitting: number; readonly refusal: string }> {
  return until('the scheduler has decided', 60, async () => {
    const pods = await lab.pods(NAMESPACE);
    const decided = pods.map(({ status }) => status.conditions?.find((one: Json) => one.type === 'PodScheduled'));
    if (pods.length < TOO_MANY || decided.includes(undefined)) return undefined;
    const fitting = decided.filter(({ status }) => status === 'True').length;
    const { items } = await lab.get(`/api/v1/namespaces/${NAMESPACE}/events?fieldSelector=reason%3DFailedScheduling`);
    return items.length === 0 ? undefined : { fitting, refusal: String(items[items.length - 1].message) };
  });
}
