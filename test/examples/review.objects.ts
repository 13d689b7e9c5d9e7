import type { Json } from '../support/programs';
/** The objects by kind, and the pods they make. */
export class Objects {
  public readonly pods: readonly Pod[];

  public constructor(public readonly list: readonly Json[]) {
    this.pods = list.flatMap((object) => {
      const template = object.spec?.jobTemplate?.spec.template ?? object.spec?.template;
      if (template?.spec.containers === undefined) return [];
      const { name, namespace } = object.metadata;
      return [{ of: nameOf(object), name, namespace, labels: template.metadata.labels, spec: template.spec }];
    });
  }

  public kind(kind: string): readonly Json[] {
    return this.list.filter((object) => object.kind === kind);
  }

  public find(kind: string, name: string, namespace?: string): Json | undefined {
    return this.kind(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  /** The pods of a namespace that `matchLabels` selects. An empty selector selects all. */
  public selected(selector: Json, namespace: string): readonly Pod[] {
    return this.pods.filter((pod) => pod.namespace === namespace && isWithin(selector, pod.labels));
  }
}

export interface Pod {
  /** The object that makes it, `Deployment shop/cart`. */
  readonly of: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
}

export const nameOf = ({ kind, metadata }: Json) =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;

export const isWithin = (some: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>) =>
  Object.entries(some).every(([key, value]) => labels[key] === value);

export const guestOf = (pod: Pod) => pod.spec.containers[0];

/** Those that run while the pod runs: sidecars too. */
export const containersOf = (pod: Pod): readonly Json[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

/** The number of a port that is given by name or number. */
export const portOf = (pod: Pod, port: string | number): number | undefined =>
  containersOf(pod)
    .flatMap(({ ports = [] }) => ports)
    .find((one: Json) => one.name === port || one.containerPort === port)?.containerPort;

/** The Service of a host name, as its pod's resolver would find it. */
export function serviceOf(all: Objects, pod: Pod, host: string): Json | undefined {
  const [name = '', namespace = pod.namespace] = host.split('.');
  return all.find('Service', name, namespace);
}
