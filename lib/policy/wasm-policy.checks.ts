import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import {
  EXEMPT_NAMESPACE,
  EXEMPT_SERVICE,
  type Finding,
  NATIVE_TOO_OLD,
  NOT_AN_OBJECT_NAME,
  NOTHING_ADMITTED,
  POOL_WITHOUT_RUNTIME_CLASS,
  REPOSITORY_PREFIX,
} from '../diagnostics';
import { isDnsLabel } from '../manifest/names';
import { isOlder } from '../runtime/kubernetes';
import { isWorkload } from './collect';
import { PolicyEnforcer } from './enforcement';
import type { Exemption } from './exemptions';
import type { WasmPolicyProps } from './wasm-policy.props';

/** First Kubernetes whose ValidatingAdmissionPolicy is `v1`. */
const NATIVE_SINCE = '1.30';

/** What is wrong with the props by themselves. */
export function* propsFindings(props: WasmPolicyProps, enforcers: readonly PolicyEnforcer[]): Generator<Finding> {
  for (const prop of ['pools', 'repositories'] as const) {
    if (props[prop].length === 0) yield NOTHING_ADMITTED.with({ prop });
  }
  if (enforcers.length === 0) yield NOTHING_ADMITTED.with({ prop: 'enforcers' });
  for (const repository of props.repositories) {
    if (!/^[^/\s@]+\/([^/\s@]+\/)*$/.test(repository)) yield REPOSITORY_PREFIX.with({ repository });
  }
  for (const namespace of [...(props.exemptNamespaces ?? []), ...(props.requiredIn ?? [])]) {
    if (!isDnsLabel(namespace)) yield EXEMPT_NAMESPACE.with({ namespace });
  }
  for (const value of props.secrets ?? []) {
    if (!/^([a-z0-9-]+\/)?[a-z0-9.-]+$/.test(value)) {
      yield NOT_AN_OBJECT_NAME.with({ prop: 'secrets', value, shape: 'NAMESPACE/SECRET or SECRET' });
    }
  }
  for (const value of props.writablePaths ?? []) {
    if (!value.startsWith('/') || value.includes('..')) {
      yield NOT_AN_OBJECT_NAME.with({ prop: 'writablePaths', value, shape: 'an absolute path without ..' });
    }
  }
  for (const pool of props.pools) {
    const { path } = pool.node;
    if (pool.runtimeClassName === undefined) {
      yield POOL_WITHOUT_RUNTIME_CLASS.with({ pool: path, runtime: pool.runtime.name });
    }
    const has = pool.kubernetesVersion;
    if (enforcers.includes(PolicyEnforcer.NATIVE) && has !== undefined && isOlder(has, NATIVE_SINCE)) {
      yield NATIVE_TOO_OLD.with({ pool: path, needs: NATIVE_SINCE, has });
    }
  }
}

/** Services that no rule would ever see. */
export function* exemptServiceFindings(root: IConstruct, exemptions: readonly Exemption[]): Generator<Finding> {
  const reasons = new Map(exemptions.map(({ namespace, because }) => [namespace, because]));
  for (const service of root.node.findAll().filter(isWorkload)) {
    const { defaultChild } = service.node;
    const namespace = ApiObject.isApiObject(defaultChild) ? defaultChild.metadata.namespace : undefined;
    const because = namespace === undefined ? undefined : reasons.get(namespace);
    if (namespace !== undefined && because !== undefined) {
      yield EXEMPT_SERVICE.with({ service: service.node.path, namespace, because });
    }
  }
}
