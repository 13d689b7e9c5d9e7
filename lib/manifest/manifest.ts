import { ApiObject, Chart, JsonPatch, resolve } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { judgeNow, OVERRIDE_TARGET } from '../diagnostics';
import { watchCollisions } from './collisions';
import { labelFindings } from './labels';
import { nameFindings, readableName } from './names';
import { merged, type PlainObject, type PlainValue } from './override';
import { isClusterScoped } from './scope';

/** Produces the body of an object when the app is synthesised, after everything was said about it. */
export interface IManifestContent {
  /** Everything but `apiVersion`, `kind` and `metadata`, as plain JSON. Called once per synthesis. */
  render(): unknown;
}

/** Identity of an object; its body comes later. */
export interface ManifestProps {
  /** Such as `apps/v1`. */
  readonly apiVersion: string;
  /** Such as `Deployment`. */
  readonly kind: string;
  /**
   * Object name.
   * @default - what the chart's own `generateObjectName` says, else `defaultName`
   */
  readonly name?: string;
  /**
   * Name in charts that do not name objects themselves.
   * @default - the id of the parent, as a DNS label
   */
  readonly defaultName?: string;
  /**
   * Namespace of the object.
   * @default - the namespace of the chart; none for kinds outside namespaces
   */
  readonly namespace?: string;
  /** Added to the labels of the chart. */
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly content: IManifestContent;
}

/**
 * One Kubernetes object. Everything the library emits is one of these. It is rendered late, and its overrides are
 * applied after rendering, so that no field is lost on the way, known to us or not.
 */
export class Manifest extends ApiObject {
  /**
   * The object of `kind` that a construct emits.
   * @throws WASM0104 when it emits none
   */
  public static find(construct: IConstruct, kind: string): Manifest {
    const all = Manifest.all(construct);
    const found = all.find((manifest) => manifest.kind === kind);
    if (found === undefined) {
      throw OVERRIDE_TARGET.error({ kind, path: construct.node.path, kinds: [...new Set(all.map((one) => one.kind))] });
    }
    return found;
  }

  /** Every object a construct emits, in the order of declaration. */
  public static all(construct: IConstruct): Manifest[] {
    return construct.node.findAll().filter(isManifest);
  }

  private readonly edits: Array<(json: PlainValue) => PlainValue> = [];
  private readonly content: IManifestContent;

  public constructor(scope: Construct, id: string, props: ManifestProps) {
    const { apiVersion, kind, namespace, annotations } = props;
    super(scope, id, {
      apiVersion,
      kind,
      metadata: {
        ...nameIn(scope, props),
        namespace,
        labels: { ...props.labels },
        annotations: { ...annotations },
      },
    });
    this.content = props.content;
    judgeNow(this, [...nameFindings(kind, this.name), ...labelFindings(props.labels ?? {})]);
    watchCollisions(this.node.root);
  }

  /** Namespace of the object; undefined for kinds outside namespaces, and where the chart leaves it to `kubectl -n`. */
  public get namespace(): string | undefined {
    return isClusterScoped(this.apiGroup, this.kind) ? undefined : this.metadata.namespace;
  }

  /**
   * Merges `patch` into the rendered object: maps are merged, null removes a field, lists of named items (containers,
   * env, ports, volumes) are merged by name and volume mounts by path, everything else replaces. Fields we know nothing
   * about are kept.
   * @see https://www.rfc-editor.org/rfc/rfc7386
   */
  public override(patch: Record<string, unknown>): void {
    // Resolved for every synthesis: values not known yet become known, and later JSON patches work on a copy.
    this.edits.push((json) => merged(json, resolve([], patch, this) as PlainObject));
  }

  /** RFC 6902 operations, applied in order with the overrides. */
  public override addJsonPatch(...ops: JsonPatch[]): void {
    this.edits.push((json) => JsonPatch.apply(json, ...ops));
  }

  /**
   * A name that is known only when the content is, such as one with its hash.
   * @internal
   */
  public _nameLate(name: () => string): void {
    this.edits.push((json) => merged(json, { metadata: { name: name() } }));
  }

  public override toJson(): unknown {
    const { labels, annotations, ...metadata } = this.metadata.toJson() as Record<string, PlainValue>;
    const body = resolve([], this.content.render(), this) as PlainObject;
    const json: PlainObject = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: { ...metadata, namespace: this.namespace, annotations, labels } as PlainObject,
      ...body,
    };
    const edited = this.edits.reduce((current, edit) => edit(current), plain(json) as PlainValue);
    return plain(edited);
  }
}

/** Not `instanceof`: ApiObject answers it itself, for all its subclasses alike. */
const isManifest = (child: IConstruct): child is Manifest => ApiObject.isApiObject(child) && 'override' in child;

/** Without the key where the chart is to name the object: cdk8s takes even an undefined name for the user's. */
function nameIn(scope: Construct, { name, defaultName }: ManifestProps): { readonly name?: string } {
  if (name !== undefined) return { name };
  return namesItsObjects(scope) ? {} : { name: defaultName ?? readableName(scope.node.id) };
}

/** A chart that names its objects itself is asked; stock names carry a hash nobody can read. */
function namesItsObjects(scope: Construct): boolean {
  return Chart.of(scope).generateObjectName !== Chart.prototype.generateObjectName;
}

/** A copy without undefined fields. Nothing else is taken out: `0`, `''`, `false` and empty lists are values. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}
