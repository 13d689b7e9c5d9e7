import { App, Chart } from 'cdk8s';
import { WasmMicroservice, WasmNodePool, WasmRuntime } from '../../lib';
import type { Lab } from '../../test/e2e/lab';
import { guest } from '../../test/e2e/pods';
import type { Json } from '../../test/support/programs';
import { NAMESPACE, NATIVE_IMAGE, NODE } from './stage';

/** The objects of one service, as they are applied. */
export type Objects = readonly Json[];

/** The inventory as the library makes it from its defaults, one pod at first. Its pool stands afterwards. */
export async function microservice(lab: Lab): Promise<Objects> {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  const pool = new WasmNodePool(chart, 'edge', { runtime: WasmRuntime.WASMTIME });
  const image = guest('inventory');
  const nodeSelector = { 'kubernetes.io/hostname': NODE };
  const service = new WasmMicroservice(chart, 'inventory', {
    ...{ pool, image, nodeSelector, replicas: 1, healthPath: '/healthz' },
  });
  if (service.format !== undefined) await lab.registry.pushWasm(image, service.format);
  const [clusterWide, own] = [false, true].map((namespaced) =>
    (chart.toJson() as Json[]).filter(({ metadata }) => (metadata.namespace !== undefined) === namespaced),
  );
  for (const object of clusterWide ?? []) await lab.api.apply(object);
  return own ?? [];
}

/** The same objects with other probes, or none. */
export const withProbes = (objects: Objects, probes: Json): Objects =>
  changed(objects, (spec) => {
    const { startupProbe, readinessProbe, livenessProbe, ...container } = spec.containers[0];
    spec.containers = [{ ...container, ...probes }];
  });

/** The same objects, and a Linux program in place of the guest; on the same node. */
export const asNative = (objects: Objects): Objects =>
  changed(objects, (spec) => {
    const { command, ...container } = spec.containers[0];
    delete spec.runtimeClassName;
    spec.tolerations = [{ operator: 'Exists' }];
    spec.containers = [{ ...container, image: NATIVE_IMAGE }];
  });

/** The same objects with other requests. */
export const requesting = (objects: Objects, requests: Json): Objects =>
  changed(objects, (spec) => {
    const [{ resources, ...container }] = spec.containers;
    spec.containers = [{ ...container, resources: { ...resources, requests: { ...resources.requests, ...requests } } }];
  });

/** @param change gets the pod's spec of a copy */
function changed(objects: Objects, change: (spec: Json) => void): Objects {
  const copy = structuredClone(objects) as Json[];
  for (const { kind, spec } of copy) if (kind === 'Deployment') change(spec.template.spec);
  return copy;
}
