/** Enough of an object to find its place in the API; every object is its own reference. */
export interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string; readonly namespace?: string };
}

/** What the API server answers: JSON whose further fields the reader has to check. */
export interface KubernetesObject extends ObjectHead {
  readonly metadata: ObjectHead['metadata'] & { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}
