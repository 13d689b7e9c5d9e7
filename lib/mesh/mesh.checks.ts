import {
  type Finding,
  GUEST_NOT_MOVABLE,
  MESH_KUBERNETES,
  MESH_NAMESPACE,
  MESH_WITHOUT_SIDECARS,
} from '../diagnostics';
import type { MeshMember } from '../microservice/service-mesh';
import { isOlder, KUBERNETES_FEATURES } from '../runtime/kubernetes';

/** Whether a service can be a member at all, whatever the mode. */
export function* memberFindings({
  scope,
  runtime,
  movable,
  namespace,
  kubernetesVersion: has,
}: MeshMember): Generator<Finding> {
  const service = scope.node.path;
  const { sidecars, name } = runtime;
  if (!sidecars.value) yield MESH_WITHOUT_SIDECARS.with({ runtime: name, note: sidecars.note });
  else if (!movable) yield GUEST_NOT_MOVABLE.with({ service, runtime: name });
  if (namespace === undefined) yield MESH_NAMESPACE.with({ service });
  const needs = KUBERNETES_FEATURES.nativeSidecars.value;
  if (has !== undefined && isOlder(has, needs)) yield MESH_KUBERNETES.with({ needs, has });
}
