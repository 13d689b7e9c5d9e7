import type { Json } from '../support/programs';
import { hopOf, isLoopback } from './review.mesh';
import { guestOf, isWithin, type Objects, type Pod, serviceOf } from './review.objects';

/** A variable that tells a guest where to go, and where that leads: by itself, or through the proxy of its pod. */
export interface Told {
  readonly pod: Pod;
  readonly name: string;
  readonly url: string;
  readonly service?: Json;
  readonly port: number;
}

export const toldUrls = (all: Objects): readonly Told[] =>
  all.pods.flatMap((pod) =>
    (guestOf(pod).env ?? [])
      .filter(({ value }: Json) => /^https?:\/\//.test(value ?? ''))
      .map(({ name, value }: Json) => ({
        pod,
        name: String(name),
        url: String(value),
        ...destination(all, pod, value),
      })),
  );

function destination(all: Objects, pod: Pod, url: string): Pick<Told, 'service' | 'port'> {
  const { hostname, port } = new URL(url);
  const hop = isLoopback(hostname) ? hopOf(all, pod, Number(port)) : { host: hostname, port: Number(port || 80) };
  return { service: hop && serviceOf(all, pod, hop.host), port: hop?.port ?? 0 };
}

export const policiesFor = (all: Objects, pod: Pod, type: 'Ingress' | 'Egress') =>
  all
    .kind('NetworkPolicy')
    .filter(({ metadata }) => metadata.namespace === pod.namespace)
    .filter(({ spec }) => isWithin(spec.podSelector.matchLabels, pod.labels) && spec.policyTypes.includes(type));

export const policiesOf = (all: Objects, pod: Pod, direction: 'ingress' | 'egress'): Json[] =>
  policiesFor(all, pod, direction === 'ingress' ? 'Ingress' : 'Egress').flatMap(({ spec }) => spec[direction] ?? []);

/** `gateway → cart:8080` for every pair of pods that a policy of this direction names. */
export function pairs(all: Objects, direction: 'ingress' | 'egress'): ReadonlySet<string> {
  const found = new Set<string>();
  for (const pod of all.pods) {
    for (const rule of policiesOf(all, pod, direction)) {
      for (const { podSelector } of rule.from ?? rule.to ?? []) {
        if (podSelector === undefined) continue; // whole namespaces: those who ask for metrics
        for (const peer of all.selected(podSelector.matchLabels, pod.namespace)) {
          const [caller, callee] = direction === 'ingress' ? [peer, pod] : [pod, peer];
          for (const { port } of rule.ports) found.add(callText(caller, callee, port));
        }
      }
    }
  }
  return found;
}

export const callText = (caller: Pod, callee: Pod, port: number | undefined) =>
  `${caller.name} → ${callee.name}:${port}`;
