import {
  type Finding,
  GUEST_NOT_MOVABLE,
  MESH_KUBERNETES,
  MESH_NAMESPACE,
  MESH_WITHOUT_SIDECARS,
  PROXY_IMAGE,
  TRUST_DOMAIN,
} from '../diagnostics';
import type { MeshMember } from '../microservice/service-mesh';
import { isPinned } from '../microservice/sidecar.checks';
import { isOlder, KUBERNETES_FEATURES } from '../runtime/kubernetes';
import { isTrustDomain } from './envoy';

/** What is wrong for all members alike. */
export function* meshFindings(trustDomain: string, images: readonly string[]): Generator<Finding> {
  if (!isTrustDomain(trustDomain)) yield TRUST_DOMAIN.with({ trustDomain });
  for (const image of images.filter((one) => !isPinned(one))) yield PROXY_IMAGE.with({ image });
}

/** Whether a workload can be a member at all, whatever the mode. */
export function* memberFindings({
  scope,
  runtime,
  serving,
  namespace,
  kubernetesVersion: has,
}: MeshMember): Generator<Finding> {
  const service = scope.node.path;
  const { sidecars, name } = runtime;
  if (!sidecars.value) yield MESH_WITHOUT_SIDECARS.with({ runtime: name, note: sidecars.note });
  else if (serving?.movable === false) yield GUEST_NOT_MOVABLE.with({ service, runtime: name });
  if (namespace === undefined) yield MESH_NAMESPACE.with({ service });
  const needs = KUBERNETES_FEATURES.nativeSidecars.value;
  if (has !== undefined && isOlder(has, needs)) yield MESH_KUBERNETES.with({ needs, has });
}
