/** How sure we are of a fact, and why. */
export interface Evidence {
  /**
   * `observed`: it was run on the real component. `inferred`: it was run on another one that shares the code in question.
   * `read`: it was read in source or documentation.
   */
  readonly status: string;
  /** Where it was read, or what was run to see it. */
  readonly source: string;
  /** What a user sees because of it. */
  readonly note: string;
}

/** A yes or no about a runtime or distribution. */
export interface BooleanFact extends Evidence {
  readonly value: boolean;
}

/** A number about a runtime; its unit is in the name of the property. */
export interface NumberFact extends Evidence {
  readonly value: number;
}

/** A word about a runtime. */
export interface TextFact extends Evidence {
  readonly value: string;
}

/** The first version of each release series that has something; later series have it too. */
export interface VersionsFact extends Evidence {
  /** Ascending, such as `1.6.25`, `1.7.7`, `2.0`. */
  readonly value: string[];
}

type Fact<T> = Evidence & { readonly value: T };

/** Evidence without a value of its own, for figures that come in groups. */
export const observation = (note: string, source: string): Evidence => ({ status: 'observed', note, source });
export const reading = (note: string, source: string): Evidence => ({ status: 'read', note, source });
export const observed = <T>(value: T, note: string, source: string): Fact<T> => ({
  value,
  ...observation(note, source),
});
export const read = <T>(value: T, note: string, source: string): Fact<T> => ({ value, ...reading(note, source) });

/** Facts about a relative of what was run: what was observed there is inferred here. */
export function inferred<T extends object>(facts: T): T {
  const entries = Object.entries(facts).map(([key, value]: [string, unknown]) => {
    if (key === 'status' && value === 'observed') return [key, 'inferred'];
    return [key, typeof value === 'object' && value !== null && !Array.isArray(value) ? inferred(value) : value];
  });
  return Object.fromEntries(entries) as T;
}

/** Where most observations were made. */
export const REAL_NODE = 'run on Kubernetes 1.37, containerd 2.4 and runwasi';
