import { ApiError } from '../api/api-connection';
import type { ObjectHead } from '../api/kubernetes-object';
import type { ControlPlane } from '../control-plane';

/** Why native policies refuse an object: `RULE: message`; undefined where they admit it. Any other refusal is an error. */
export async function nativeRefusal(api: ControlPlane, object: ObjectHead): Promise<string | undefined> {
  try {
    if (ephemeralContainersOf(object).length > 0) await debug(api, object);
    else await api.create(object, { dryRun: true });
    return undefined;
  } catch (error) {
    const denied = error instanceof ApiError ? DENIED.exec(error.message) : null;
    if (denied === null) throw error;
    return `${denied[1]}: ${denied[2]}`;
  }
}

const DENIED = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)$/s;

interface Pod extends ObjectHead {
  readonly spec: { readonly ephemeralContainers?: readonly unknown[] };
}

const ephemeralContainersOf = (object: ObjectHead): readonly unknown[] =>
  object.kind === 'Pod' ? ((object as Pod).spec.ephemeralContainers ?? []) : [];

/** As `kubectl debug` does: a pod cannot be created with ephemeral containers. */
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
