import type { IConstruct } from 'constructs';
import { type Finding, RUNTIME_CLASS_OWNERS } from '../diagnostics';
import { importedAs } from './imported-node-pool';
import type { NodePoolIntent } from './node-pool.intent';

/** Others who say that this RuntimeClass is theirs. Two objects of one name are a collision, which the root reports. */
export function* ownerFindings(construct: IConstruct, pool: NodePoolIntent): Generator<Finding> {
  const runtimeClass = pool.runtimeClassName;
  if (runtimeClass === undefined) return;
  if (pool.distribution?.facts.ownRuntimeClasses.includes(runtimeClass)) {
    yield RUNTIME_CLASS_OWNERS.with({ runtimeClass, owner: pool.distribution.name });
  }
  for (const { node } of importedAs(construct.node.root, runtimeClass)) {
    yield RUNTIME_CLASS_OWNERS.with({ runtimeClass, owner: `${node.path}, which says that it exists already` });
  }
}
