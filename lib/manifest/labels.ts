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
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** Whether the API server takes these labels. */
export function* labelFindings(labels: Labels): Generator<Finding> {
  for (const [label, value] of Object.entries(labels)) {
    const [prefix, name] = label.includes('/') ? split(label) : [undefined, label];
    if (!NAME.test(name) || (prefix !== undefined && !PREFIX.test(prefix))) {
      yield LABEL_VALUE.with({
        label,
        value,
        rule: 'a key is [DNS name/]name, the name with at most 63 of A-Z, a-z, 0-9, -, _ and .',
      });
    } else if (!VALUE.test(value)) {
      yield LABEL_VALUE.with({ label, value, rule: 'a value has at most 63 of A-Z, a-z, 0-9, -, _ and .' });
    }
  }
}

function split(label: string): [string, string] {
  const slash = label.indexOf('/');
  return [label.slice(0, slash), label.slice(slash + 1)];
}
