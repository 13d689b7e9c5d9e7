import type { Construct } from 'constructs';
import { Manifest } from './manifest';

/** A complete object from a strategy: plain JSON with its identity in it. */
interface WholeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
}

/** Emits an object that a strategy made, under an id made of its kind and name. */
export function emit(
  scope: Construct,
  object: Record<string, unknown>,
  labels: Readonly<Record<string, string>>,
): Manifest {
  const { apiVersion, kind, metadata, ...body } = object as unknown as WholeObject;
  const { name, namespace, annotations, labels: own, ...rest } = metadata;
  const manifest = new Manifest(scope, `${kind}-${name}`, {
    apiVersion,
    kind,
    name,
    namespace,
    labels: { ...labels, ...own },
    annotations,
    content: { render: () => body },
  });
  // Finalizers, owner references and whatever else the strategy knows about.
  manifest.override({ metadata: rest });
  return manifest;
}
