import type { ParameterName, PolicyParameters } from '../parameters';

/** CEL under a name, for the expressions after it: `variables.NAME`. */
export interface CelVariable {
  readonly name: string;
  readonly cel: string;
  /** Variables it reads. */
  readonly reads: readonly CelVariable[];
  /** Parameters it reads. */
  readonly uses: readonly ParameterName[];
}

/** A resource as admission knows it, and its kind as everybody else does. */
export interface MatchedResource {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly operations: ReadonlyArray<'CREATE' | 'UPDATE'>;
}

/** What a rule looks at. */
export interface RuleMatch {
  readonly resources: readonly MatchedResource[];
  /** Namespaces can be exempt only from rules about what is in them. */
  readonly namespaced: boolean;
  /** What has to hold for a rule to look at all. */
  readonly conditions: ReadonlyArray<{ readonly name: string; readonly cel: string }>;
}

/** A complete Kubernetes object. */
export interface Fixture {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

/** Objects with their verdicts, which every engine has to share. */
export interface RuleFixtures {
  /** Parameters; the rest are empty. */
  readonly given: Partial<PolicyParameters>;
  readonly admits: Readonly<Record<string, Fixture>>;
  readonly denies: Readonly<Record<string, Fixture>>;
}

/** One rule: one source of CEL, with its words and its evidence. */
export interface Rule {
  /** Name of its objects; a DNS label. */
  readonly id: string;
  readonly title: string;
  readonly match: RuleMatch;
  /**
   * What holds for an object that is in order. No `?.`, no function beyond the CEL standard; every optional field behind
   * `has()`: a missing field is an error, and an error is a denial.
   */
  readonly cel: string;
  /** Variables the source reads; with them come those that these read. */
  readonly reads: readonly CelVariable[];
  /** Parameters the source reads; with them come those that variables read. */
  readonly uses: readonly ParameterName[];
  /** What is wrong. A clause, no capital, no full stop. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  /** What an attacker or an accident makes of it. */
  readonly because: string;
  /** Where that is known from. */
  readonly source: string;
  /** Says nothing about objects that are there already: what is wrong at creation is normal afterwards. */
  readonly onlyAtAdmission?: boolean;
  readonly fixtures: RuleFixtures;
}

/** Every variable a rule needs, each after those it reads. */
export function variablesOf({ reads }: Pick<Rule, 'reads'>): CelVariable[] {
  const ordered = new Set<CelVariable>();
  const add = (variable: CelVariable): void => {
    for (const read of variable.reads) add(read);
    ordered.add(variable);
  };
  for (const variable of reads) add(variable);
  return [...ordered];
}

/** Every parameter a rule needs, in the order of the alphabet. */
export const parametersOf = (rule: Pick<Rule, 'reads' | 'uses'>): ParameterName[] =>
  [...new Set([...rule.uses, ...variablesOf(rule).flatMap(({ uses }) => uses)])].sort();

/** `wasm-image-digest` → `WasmImageDigest` */
export const kindOf = ({ id }: Pick<Rule, 'id'>): string =>
  id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
