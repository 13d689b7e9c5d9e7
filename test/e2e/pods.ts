import { join } from 'node:path';
import { ImageFormat, WasmImage } from '../../lib';
import type { Json } from '../support/programs';
import { program } from './cluster/control-plane';
import { componentGuestRecipe } from './component-guest.recipe';
import type { Lab } from './lab';
import { commandRecipe } from './tools';

/** Guests by the names the tests use: two of the tests' own, three of the example. */
export type GuestName = 'command' | 'component' | 'inventory' | 'cart' | 'gateway';

export const guest = (name: GuestName): WasmImage =>
  WasmImage.fromModule(moduleOf(name), { repository: `ghcr.io/acme/${name}` });

function moduleOf(name: GuestName): string {
  if (name === 'command') return program(commandRecipe, 'command.wasm');
  if (name === 'component') return program(componentGuestRecipe, 'component.wasm');
  return join(__dirname, `../../examples/polyglot-shop/services/${name}.wasm`);
}

export interface WasmPodOptions {
  readonly image: string;
  readonly format?: ImageFormat;
  /** Fields of the container. */
  readonly container?: Json;
  /** Fields of the pod's spec. */
  readonly spec?: Json;
  readonly runtimeClassName?: string;
}

/** A Wasm pod by hand: nothing of it comes from the library. */
export function wasmPod(namespace: string, name: string, options: WasmPodOptions): Json {
  const { image, format = ImageFormat.ARTIFACT, container, spec, runtimeClassName = 'by-hand' } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      runtimeClassName,
      restartPolicy: 'Never',
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 2,
      containers: [
        { name: 'guest', image, ...(format === ImageFormat.ARTIFACT && { command: ['/app.wasm'] }), ...container },
      ],
      ...spec,
    },
  };
}

/** Leads to the nodes of the pool, and says nothing else. */
export const BY_HAND: Json = {
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name: 'by-hand' },
  handler: 'wasmtime',
  scheduling: {
    nodeSelector: { 'cdk8s-wasm.dev/pool': 'edge' },
    tolerations: [{ key: 'cdk8s-wasm.dev/pool', operator: 'Exists', effect: 'NoSchedule' }],
  },
};

/** Pushes a guest in one format. @returns its reference */
export const pushed = (lab: Lab, name: GuestName, format = ImageFormat.ARTIFACT): Promise<string> =>
  lab.registry.pushWasm(guest(name), format);
