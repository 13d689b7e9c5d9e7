import { until } from '../../test/conformance/machine/until';
import { program, REGISTRY } from '../../test/e2e/cluster/control-plane';
import { rootfsImage } from '../../test/e2e/cluster/images';
import type { Lab } from '../../test/e2e/lab';
import { BY_HAND } from '../../test/e2e/pods';
import type { Json } from '../../test/support/programs';
import { nativeRecipe } from './native.recipe';

/** Where everything measured lives; it is cleared between two starts. */
export const NAMESPACE = 'bench';
/** Every measure has one node, so that all sides of it have the same one. */
export const NODE = 'wasm-1';
/** For measures that want to know what is on their node. */
export const OTHER_NODE = 'wasm-2';
/** The native program, pinned by tag: nobody else writes to this registry. */
export const NATIVE_IMAGE = `${REGISTRY}/native/inventory:1`;

/** What stands before the first measure: images in the registry, the node's labels, a namespace with its account. */
export async function setStage(lab: Lab): Promise<void> {
  await lab.furnish();
  const native = rootfsImage({ '/inventory': program(nativeRecipe, 'inventory') }, ['/inventory']);
  await lab.registry.push('native/inventory', native, '1');
  await lab.api.apply(BY_HAND);
  await lab.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  const ready = { metadata: { labels: { 'cdk8s-wasm.dev/shim-wasmtime': 'ready' } } };
  await lab.patch(`/api/v1/nodes/${NODE}`, ready);
  await until('the ServiceAccount of the namespace', 30, () =>
    lab.get(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`).catch(() => undefined),
  );
}

/** Ends everything in the namespace without waiting for drains: how a pod ends is not measured here. */
export async function clearStage(lab: Lab): Promise<void> {
  const collection = (path: string) => `${path}/namespaces/${NAMESPACE}`;
  const removeAll = (path: string) => lab.send({ method: 'DELETE', path: `${path}?gracePeriodSeconds=1` });
  await removeAll(`${collection('/apis/apps/v1')}/deployments`);
  const sets = `${collection('/apis/apps/v1')}/replicasets`;
  await until('no ReplicaSet is left', 30, async () => (await lab.get(sets)).items.length === 0 || undefined);
  await removeAll(`${collection('/api/v1')}/pods`);
  const { items } = await lab.get(`${collection('/api/v1')}/services`);
  for (const { metadata } of items) await lab.remove({ apiVersion: 'v1', kind: 'Service', metadata });
  await until('no pod is left', 120, async () => (await lab.pods(NAMESPACE)).length === 0 || undefined);
}

export const isReady = ({ status }: Json): boolean =>
  status.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True') === true;

/** @returns the status of the answer, 0 where there is none */
export async function ask(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000), headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/** A clock that starts now. @returns seconds since */
export function stopwatch(): () => number {
  const begin = performance.now();
  return () => (performance.now() - begin) / 1000;
}
