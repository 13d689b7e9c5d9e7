import { type Finding, LABEL_VALUE } from '../diagnostics';

/** Keys of https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ that we set. */
export const NAME_LABEL = 'app.kubernetes.io/name';
const COMPONENT_LABEL = 'app.kubernetes.io/component';
const PART_OF_LABEL = 'app.kubernetes.io/part-of';
const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
/** Set by the API server on every namespace, so that a policy can select it by name. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

export interface StandardLabels {
  readonly name: string;
  /** Its role: `service`, `worker`, `node-pool`. */
  readonly component: string;
  /** The chart, as the application it belongs to. */
  readonly partOf: string;
}

export type Labels = Readonly<Record<string, string>>;

/** The labels that find the pods of a workload: what cannot change, and no more. */
export const selectorOf = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => label === NAME_LABEL || label === COMPONENT_LABEL));

export const standardLabels = ({ name, component, partOf }: StandardLabels): Labels => ({
  [NAME_LABEL]: name,
  [COMPONENT_LABEL]: component,
  // A label value: what does not fit is better left out than refused.
  ...(VALUE.test(partOf) && partOf !== '' ? { [PART_OF_LABEL]: partOf } : {}),
  [MANAGED_BY_LABEL]: 'cdk8s-wasm',
});

const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** What the API server asks of the key of a label or taint. */
export const KEY_RULE =
  'a key is [DNS name/]name, and the name begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .';
/** What it asks of the value; an empty one will do. */
export const VALUE_RULE =
  'a value begins and ends with a letter or digit and has at most 63 of A-Z, a-z, 0-9, -, _ and .';

export function isKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash < 0) return NAME.test(key);
  const prefix = key.slice(0, slash);
  return prefix.length <= 253 && PREFIX.test(prefix) && NAME.test(key.slice(slash + 1));
}

/** A token is not known yet and taken as it is. */
export const isValue = (value: string): boolean => typeof value !== 'string' || VALUE.test(value);

/** Whether the API server takes these labels. */
export function* labelFindings(labels: Labels): Generator<Finding> {
  for (const [label, value] of Object.entries(labels)) {
    if (!isKey(label)) yield LABEL_VALUE.with({ label, value, rule: KEY_RULE });
    else if (!isValue(value)) yield LABEL_VALUE.with({ label, value, rule: VALUE_RULE });
  }
}
