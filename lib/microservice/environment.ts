import type { EnvValue } from 'cdk8s-plus-28';
import type { EnvVar, EnvVarSource } from 'kubernetes-types/core/v1';
import { CALL_VARIABLE, ENVIRONMENT_NAME, type Finding } from '../diagnostics';

/** What a container is told, and by whom: the second word on a variable is an error, not an override. */
export class Environment {
  private readonly entries: Array<{ readonly variable: EnvVar; readonly from: string }> = [];

  public add(name: string, value: EnvValue, from: string): void {
    this.entries.push({ variable: variable(name, value), from });
  }

  public addText(name: string, value: string, from: string): void {
    this.entries.push({ variable: { name, value }, from });
  }

  public get names(): string[] {
    return this.entries.map(({ variable: { name } }) => name);
  }

  public sourcesOf(name: string): string[] {
    return this.entries.filter((entry) => entry.variable.name === name).map((entry) => entry.from);
  }

  public render(): EnvVar[] {
    return this.entries.map((entry) => entry.variable);
  }

  public *findings(): Generator<Finding> {
    for (const name of new Set(this.names)) {
      if (!NAME.test(name)) yield ENVIRONMENT_NAME.with({ name });
      const others = this.sourcesOf(name);
      if (others.length > 1) yield CALL_VARIABLE.with({ name, others });
    }
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
