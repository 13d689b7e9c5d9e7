import type { PodSpec } from 'kubernetes-types/core/v1';

interface Template {
  readonly template?: { readonly spec?: PodSpec };
}

/** The pod of a rendered object, and where it is. */
export interface PlacedPod {
  readonly namespace?: string;
  readonly spec: PodSpec;
}

/** The pod that a rendered object makes; undefined where it makes none. */
export function podOf(rendered: unknown): PlacedPod | undefined {
  const { kind, metadata, spec } = rendered as {
    readonly kind?: string;
    readonly metadata?: { readonly namespace?: string };
    readonly spec?: PodSpec & Template & { readonly jobTemplate?: { readonly spec?: Template } };
  };
  const pod = kind === 'Pod' ? spec : (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
  return pod === undefined ? undefined : { namespace: metadata?.namespace, spec: pod };
}

export const containersOf = ({ containers, initContainers = [] }: PodSpec) => [...containers, ...initContainers];
