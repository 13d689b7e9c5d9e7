import type { EnvValue } from 'cdk8s-plus-28';
import type { EnvVar, EnvVarSource } from 'kubernetes-types/core/v1';
import { CALL_VARIABLE, ENVIRONMENT_NAME, type Finding } from '../diagnostics';

/** What a container is told, and by whom: the second word on a variable is an error, not an override. */
export class Environment {
  private readonly variables: EnvVar[] = [];
  private readonly sources = new Map<string, string[]>();

  public add(name: string, value: EnvValue, from: string): void {
    this.declare(variable(name, value), from);
  }

  public addText(name: string, value: string, from: string): void {
    this.declare({ name, value }, from);
  }

  public get names(): string[] {
    return [...this.sources.keys()];
  }

  public render(): EnvVar[] {
    return [...this.variables];
  }

  public *findings(): Generator<Finding> {
    for (const [name, others] of this.sources) {
      if (!NAME.test(name)) yield ENVIRONMENT_NAME.with({ name });
      if (others.length > 1) yield CALL_VARIABLE.with({ name, others });
    }
  }

  private declare(added: EnvVar, from: string): void {
    this.variables.push(added);
    this.sources.set(added.name, [...(this.sources.get(added.name) ?? []), from]);
  }
}

export const variable = (name: string, { value, valueFrom }: EnvValue): EnvVar =>
  valueFrom === undefined ? { name, value } : { name, valueFrom: withPlainDivisor(valueFrom as EnvVarSource) };

/** cdk8s-plus wraps a divisor in a union class, which only its own generated objects unwrap. */
function withPlainDivisor(source: EnvVarSource): EnvVarSource {
  const { resourceFieldRef } = source;
  const divisor = resourceFieldRef?.divisor as { readonly value?: string } | string | undefined;
  if (resourceFieldRef === undefined || typeof divisor !== 'object') return source;
  return { ...source, resourceFieldRef: { ...resourceFieldRef, divisor: divisor.value } };
}

/** Kubernetes' C identifiers with dots and dashes: what every version since 1.0 takes. */
const NAME = /^[A-Za-z_.-][A-Za-z0-9_.-]*$/;
