import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { type Finding, judge, OBJECT_COLLISION } from '../diagnostics';
import { isClusterScoped } from './scope';

/** What a root declares, as far as it was looked at. */
class Declarations {
  private readonly seen = new WeakSet<IConstruct>();
  private readonly byIdentity = new Map<string, ApiObject[]>();
  private readonly twice = new Set<string>();

  public constructor(private readonly root: IConstruct) {}

  /** Stock cdk8s asks once per chart: only what is new since the last time is looked at. */
  public *findings(): Generator<Finding> {
    for (const construct of this.root.node.findAll()) {
      if (this.seen.has(construct)) continue;
      this.seen.add(construct);
      if (construct instanceof ApiObject) this.declare(construct);
    }
    for (const identity of this.twice) {
      const paths = (this.byIdentity.get(identity) ?? []).filter(isInTree).map((object) => object.node.path);
      // Cluster and group keep objects of one name apart and would only blur the message.
      if (paths.length > 1) yield OBJECT_COLLISION.with({ object: identity.slice(identity.indexOf(' ') + 1), paths });
    }
  }

  private declare(object: ApiObject): void {
    const identity = identityOf(object);
    if (identity === undefined) return;
    const others = this.byIdentity.get(identity);
    if (others === undefined) this.byIdentity.set(identity, [object]);
    else {
      others.push(object);
      this.twice.add(identity);
    }
  }
}

const watched = new WeakSet<IConstruct>();

/**
 * Lets the root report objects that are declared twice, ours or anybody's: the second would overwrite the first.
 * Asked for by every Manifest, done once.
 */
export function watchCollisions(root: IConstruct): void {
  if (watched.has(root)) return;
  watched.add(root);
  const declarations = new Declarations(root);
  judge(root, () => declarations.findings());
}

/** False for what `tryRemoveChild` took out, with whatever is above it. */
const isInTree = (object: ApiObject): boolean =>
  object.node.scopes.every(
    ({ node }, depth, scopes) => depth === 0 || node.scope?.node.tryFindChild(node.id) === scopes[depth],
  );

/** Construct context that tells objects for different clusters apart, where one app makes several. */
export const CLUSTER_CONTEXT = 'cdk8s-wasm.dev/cluster';

/** Undefined where the name is not known yet. */
function identityOf({ apiGroup, kind, name, metadata, node }: ApiObject): string | undefined {
  if (typeof name !== 'string') return undefined;
  const cluster = node.tryGetContext(CLUSTER_CONTEXT) ?? '';
  const namespace = isClusterScoped(apiGroup, kind) ? undefined : metadata.namespace;
  return `${cluster}/${apiGroup} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
