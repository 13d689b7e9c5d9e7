import { type Finding, OBJECT_NAME } from '../diagnostics';

/** A DNS label from a construct's id: what a reader expects to find in the cluster. */
export const readableName = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** Objects whose names leave room for what Kubernetes appends: a CronJob's Jobs get 11 characters more. */
const LONGEST: ReadonlyMap<string, number> = new Map([['CronJob', 52]]);
/** Objects whose names become DNS names of RFC 1035. */
const STARTS_WITH_LETTER: ReadonlySet<string> = new Set(['Service']);
/** Objects whose names become label values of their pods, or DNS labels by themselves. */
const LABEL: ReadonlySet<string> = new Set(['Service', 'Deployment', 'Job', 'CronJob', 'Namespace']);

/** Objects named by a segment of a path, whatever the case: `system:node-reader`. */
const PATH_SEGMENT: ReadonlySet<string> = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);

/** Whether the API server takes `name` for an object of `kind`. Stricter than it only for objects that make pods. */
export function* nameFindings(kind: string, name: string): Generator<Finding> {
  // A token is not known yet.
  if (typeof name !== 'string') return;
  if (PATH_SEGMENT.has(kind)) {
    if (!/^(?!\.{1,2}$)[^/%]+$/.test(name)) yield OBJECT_NAME.with({ name, kind, rule: 'use a name without / and %' });
    return;
  }
  const longest = LONGEST.get(kind) ?? (LABEL.has(kind) ? 63 : 253);
  const first = STARTS_WITH_LETTER.has(kind) ? 'a-z' : 'a-z0-9';
  const label = `[${first}]([a-z0-9-]*[a-z0-9])?`;
  const shape = new RegExp(LABEL.has(kind) ? `^${label}$` : `^${label}(\\.${label})*$`);
  if (name.length > longest || !shape.test(name)) {
    const ends = STARTS_WITH_LETTER.has(kind)
      ? 'starting with a letter and ending with a letter or digit'
      : 'starting and ending with a letter or digit';
    const alphabet = LABEL.has(kind) ? 'a-z, 0-9 and -' : 'a-z, 0-9, . and -';
    yield OBJECT_NAME.with({ name, kind, rule: `use at most ${longest} of ${alphabet}, ${ends}` });
  }
}

/** RFC 1123 label: what handlers and most short names have to be. */
export const isDnsLabel = (text: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
