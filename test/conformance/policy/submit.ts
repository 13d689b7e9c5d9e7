import type { ObjectHead } from '../api/kubernetes-object';
import type { ControlPlane } from '../control-plane';

/** Sends an object to be admitted and not stored; an ephemeral container in the way `kubectl debug` does. */
export async function submit(api: ControlPlane, object: ObjectHead): Promise<void> {
  if (ephemeralContainersOf(object).length > 0) await debug(api, object);
  else await api.create(object, { dryRun: true });
}

interface Pod extends ObjectHead {
  readonly spec: { readonly ephemeralContainers?: readonly unknown[] };
}

const ephemeralContainersOf = (object: ObjectHead): readonly unknown[] =>
  object.kind === 'Pod' ? ((object as Pod).spec.ephemeralContainers ?? []) : [];

/** A pod cannot be created with ephemeral containers. */
async function debug(api: ControlPlane, pod: ObjectHead): Promise<void> {
  const ephemeralContainers = ephemeralContainersOf(pod);
  const { ephemeralContainers: _, ...spec } = (pod as Pod).spec;
  const { object } = await api.create({ ...pod, spec } as ObjectHead);
  const { namespace, name } = object.metadata;
  await api.send({
    method: 'PUT',
    path: `/api/v1/namespaces/${String(namespace)}/pods/${String(name)}/ephemeralcontainers?dryRun=All`,
    body: { ...object, spec: { ...(object.spec as object), ephemeralContainers } },
  });
}
