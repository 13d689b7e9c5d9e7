import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImageFormat } from '../../lib';
import { until } from '../../test/conformance/machine/until';
import type { Lab, LabNode } from '../../test/e2e/lab';
import { guest, wasmPod } from '../../test/e2e/pods';
import type { Json } from '../../test/support/programs';
import { addressOf } from './node-state';
import { ask, NAMESPACE, NATIVE_IMAGE } from './stage';

/** One program in one format. */
export interface Program {
  readonly name: string;
  /** The guest of the tests; undefined is the native program. */
  readonly guest?: Parameters<typeof guest>[0];
  readonly format: ImageFormat;
  /** Whether it answers over HTTP; else it prints one line and sleeps. */
  readonly listens: boolean;
}

const LANGUAGES = [
  { language: 'Rust, 0.1 MB', guest: 'inventory', listens: true },
  { language: 'Go, 3.2 MB', guest: 'command', listens: false },
  { language: 'JavaScript, 12.2 MB', guest: 'gateway', listens: true },
] as const;

export const PROGRAMS: readonly Program[] = LANGUAGES.flatMap(({ language, ...rest }) =>
  [ImageFormat.ARTIFACT, ImageFormat.IMAGE].map((format) => ({ name: `${language}, ${format}`, format, ...rest })),
);
export const NATIVE: Program = { name: 'Go, native', format: ImageFormat.IMAGE, listens: true };

/** Where its image is, once it is there. */
export const referenceOf = async (lab: Lab, { guest: name, format }: Program): Promise<string> =>
  name === undefined ? NATIVE_IMAGE : lab.registry.pushWasm(guest(name), format);

let counter = 0;

/** A pod by hand on a node, without probes or limits. */
export function podOf({ guest: name, format, listens }: Program, reference: string, node: string): Json {
  const nodeSelector = { 'kubernetes.io/hostname': node };
  const pod = wasmPod(NAMESPACE, `pod-${counter++}`, {
    ...{ image: reference, format, spec: { nodeSelector } },
    ...(!listens && { container: { args: ['args', 'sleep', '600'] } }),
  });
  if (name !== undefined) return pod;
  const { runtimeClassName, ...spec } = pod.spec;
  return {
    ...pod,
    spec: { ...spec, tolerations: [{ operator: 'Exists' }], containers: [{ name: 'guest', image: NATIVE_IMAGE }] },
  };
}

/** Creates a pod. @returns seconds from the order to its first answer or its first line, and the pod */
export async function firstSign(
  lab: Lab,
  node: LabNode,
  { listens }: Program,
  pod: Json,
): Promise<{ readonly seconds: number; readonly pod: Json }> {
  const begin = Date.now();
  const { object } = await lab.api.create(pod);
  const created = object as Json;
  const end = await (listens ? firstAnswer(node, created) : firstLine(node, created)).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${await lab.describe(NAMESPACE)}`);
  });
  return { seconds: (end - begin) / 1000, pod: created };
}

/** Asked at the pod's own address: neither probes nor Services are in it. */
export async function firstAnswer(node: LabNode, { metadata }: Json): Promise<number> {
  const address = await until(`a network for ${metadata.name}`, 60, async () => addressOf(node, metadata.name));
  return until(`an answer of ${metadata.name}`, 120, async () =>
    (await ask(`http://${address}:8080/healthz`)) === 200 ? Date.now() : undefined,
  );
}

/** When containerd read it, as the log of the container says. */
async function firstLine(node: LabNode, { metadata: { namespace, name, uid } }: Json): Promise<number> {
  const file = join(node.state.scratch, 'pods', `${namespace}_${name}_${uid}`, 'guest', '0.log');
  return until(`a line of ${name}`, 120, async () => {
    const [line] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return line === undefined || line === '' ? undefined : Date.parse(line.split(' ')[0] ?? '');
  });
}
