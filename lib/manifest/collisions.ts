import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Finding, judge, OBJECT_COLLISION } from '../diagnostics';
import { isClusterScoped } from './scope';

const watched = new WeakSet<IConstruct>();

/**
 * Lets the root report objects that are declared twice, ours or anybody's: the second would overwrite the first.
 * Asked for by every Manifest, done once.
 */
export function watchCollisions(root: IConstruct): void {
  if (watched.has(root)) return;
  watched.add(root);
  judge(root, () => collisions(root));
}

function* collisions(root: IConstruct): Generator<Finding> {
  const declared = new Map<string, string[]>();
  for (const object of root.node.findAll()) {
    if (!(object instanceof ApiObject)) continue;
    const identity = identityOf(object);
    const paths = declared.get(identity);
    if (paths === undefined) declared.set(identity, [object.node.path]);
    else paths.push(object.node.path);
  }
  for (const [identity, paths] of declared) {
    // The group keeps two kinds of one name apart and would only blur the message.
    if (paths.length > 1) yield OBJECT_COLLISION.with({ object: identity.slice(identity.indexOf(' ') + 1), paths });
  }
}

function identityOf({ apiGroup, kind, name, metadata }: ApiObject): string {
  const namespace = isClusterScoped(apiGroup, kind) ? undefined : metadata.namespace;
  return `${apiGroup} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
