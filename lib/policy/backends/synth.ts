import type { ParameterName, PolicyParameters } from '../parameters';
import { type CelVariable, parametersOf, type Rule, variablesOf } from '../rules/rule';
import { type CelInput, compile, type Expression } from './cel';

/** An object as it is written out, as far as a judge needs to know it. */
export interface JudgedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** Rules as the API server would apply them when the object is created, without a cluster. */
export class SynthJudge {
  private readonly rules: ReadonlyArray<readonly [Rule, CompiledRule]>;

  public constructor(
    rules: readonly Rule[],
    parameters: PolicyParameters,
    private readonly exemptNamespaces: readonly string[],
  ) {
    this.rules = rules.map((rule) => [rule, new CompiledRule(rule, parameters)]);
  }

  /** The rules an object breaks. */
  public broken(object: JudgedObject): Rule[] {
    const group = groupOf(object.apiVersion);
    const facts = new Facts(withoutNulls(object) as CelInput);
    return (
      this.rules
        .filter(([rule]) => rule.match.resources.some((one) => one.group === group && one.kind === object.kind))
        .filter(([rule]) => !(rule.match.namespaced && this.isExempt(object)))
        // An error is a denial, as with `failurePolicy: Fail`.
        .filter(([, compiled]) => compiled.verdict(facts) !== true)
        .map(([rule]) => rule)
    );
  }

  private isExempt({ metadata }: JudgedObject): boolean {
    return metadata?.namespace !== undefined && this.exemptNamespaces.includes(metadata.namespace);
  }
}

/** What is known about one object: variables that several rules share are worked out once. */
class Facts {
  public readonly shared = new Map<CelVariable, CelInput>();
  public constructor(public readonly object: CelInput) {}
}

/** Whether an object is in order by one rule; an error where the rule's own source fails on it. */
export const verdictOf = (rule: Rule, parameters: PolicyParameters, object: object): boolean | Error =>
  new CompiledRule(rule, parameters).verdict(new Facts(withoutNulls(object) as CelInput));

class CompiledRule {
  private readonly condition: Expression;
  private readonly given: ReadonlyMap<string, CelInput>;
  private readonly steps: ReadonlyArray<{ readonly variable: CelVariable; readonly expression: Expression }>;

  public constructor(rule: Rule, parameters: PolicyParameters) {
    this.condition = compiled(rule.cel);
    this.given = new Map(parametersOf(rule).map((name) => [name, given(parameters, name)]));
    this.steps = variablesOf(rule).map((variable) => ({ variable, expression: compiled(variable.cel) }));
  }

  /** An error where the source fails on the object. */
  public verdict({ object, shared }: Facts): boolean | Error {
    const variables = new Map(this.given);
    const bindings = { object, oldObject: null, variables };
    try {
      for (const { variable, expression } of this.steps) {
        const value = shared.get(variable) ?? (expression(bindings) as CelInput);
        shared.set(variable, value);
        variables.set(variable.name, value);
      }
      return this.condition(bindings) === true;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

const given = (parameters: PolicyParameters, name: ParameterName): CelInput =>
  parameters[name].map((one) => (typeof one === 'string' ? one : { ...one }));

/** By source: rules share variables, and policies share rules. */
const expressions = new Map<string, Expression>();
function compiled(source: string): Expression {
  const known = expressions.get(source) ?? compile(source);
  expressions.set(source, known);
  return known;
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** The API server takes a null for an absent field. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([key, one]) => [key, withoutNulls(one)]),
  );
}
