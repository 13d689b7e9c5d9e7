import { type Finding, TAINT_SHAPE } from '../diagnostics';
import { isKey, isValue, KEY_RULE, VALUE_RULE } from '../manifest/labels';

/** What a taint does to pods that do not tolerate it. */
export enum TaintEffect {
  NO_SCHEDULE = 'NoSchedule',
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
  NO_EXECUTE = 'NoExecute',
}

/** A taint as Kubernetes writes it. */
export interface KubernetesTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A toleration as Kubernetes writes it. */
export interface KubernetesToleration {
  readonly key: string;
  readonly operator: string;
  readonly value?: string;
  readonly effect?: string;
}

/** One taint, in the four spellings of the APIs that make nodes. */
export class Taint {
  /** Keeps pods without a toleration off the node. */
  public static noSchedule(key: string, value?: string): Taint {
    return new Taint(key, value, TaintEffect.NO_SCHEDULE);
  }

  /** Asks the scheduler to avoid the node. */
  public static preferNoSchedule(key: string, value?: string): Taint {
    return new Taint(key, value, TaintEffect.PREFER_NO_SCHEDULE);
  }

  /** Also evicts pods that run there already, the installer's neighbours among them. */
  public static noExecute(key: string, value?: string): Taint {
    return new Taint(key, value, TaintEffect.NO_EXECUTE);
  }

  private constructor(
    public readonly key: string,
    public readonly value: string | undefined,
    public readonly effect: TaintEffect,
  ) {}

  /** Kubernetes, Karpenter, Cluster API, GKE: `{ key, value, effect: 'NoSchedule' }`. */
  public toKubernetes(): KubernetesTaint {
    return { key: this.key, value: this.value, effect: this.effect };
  }

  /** EKS and what speaks its API (ACK, Crossplane, Pulumi aws): effect `NO_SCHEDULE`. */
  public toEks(): KubernetesTaint {
    return { ...this.toKubernetes(), effect: this.words('_').toUpperCase() };
  }

  /** Cluster API Provider AWS: effect `no-schedule`. */
  public toClusterApiAws(): KubernetesTaint {
    return { ...this.toKubernetes(), effect: this.words('-').toLowerCase() };
  }

  /** AKS and what speaks its API (ASO, Crossplane, Pulumi azure-native): `key=value:NoSchedule`. */
  public toAks(): string {
    return `${this.key}${this.value === undefined ? '' : `=${this.value}`}:${this.effect}`;
  }

  /** What a pod needs to run on nodes with this taint, and no other. */
  public toToleration(): KubernetesToleration {
    return this.value === undefined
      ? { key: this.key, operator: 'Exists', effect: this.effect }
      : { key: this.key, operator: 'Equal', value: this.value, effect: this.effect };
  }

  private words(separator: string): string {
    return this.effect.replace(/(?<=[a-z])(?=[A-Z])/g, separator);
  }
}

export function* taintFindings(taint: Taint): Generator<Finding> {
  const { key, value } = taint;
  if (!isKey(key)) yield TAINT_SHAPE.with({ taint: taint.toAks(), rule: KEY_RULE });
  if (value !== undefined && !isValue(value)) yield TAINT_SHAPE.with({ taint: taint.toAks(), rule: VALUE_RULE });
}
