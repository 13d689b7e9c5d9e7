import { Diagnostic } from './diagnostic';
import * as image from './image';
import * as manifest from './manifest';
import * as mesh from './mesh';
import * as microservice from './microservice';
import * as nodePool from './node-pool';
import * as policy from './policy';
import * as runtime from './runtime';

/** Everything that can be found, in the order of docs/diagnostics.md: one group a room. */
export const CATALOGUE: ReadonlyArray<{
  readonly room: string;
  readonly diagnostics: ReadonlyArray<Diagnostic<never>>;
}> = [
  { room: 'manifest', diagnostics: listed(manifest) },
  { room: 'image', diagnostics: listed(image) },
  { room: 'microservice', diagnostics: listed(microservice) },
  { room: 'node-pool', diagnostics: listed(nodePool) },
  { room: 'runtime', diagnostics: listed(runtime) },
  { room: 'policy', diagnostics: listed(policy) },
  { room: 'mesh', diagnostics: listed(mesh) },
];

function listed(room: Readonly<Record<string, unknown>>): Diagnostic<never>[] {
  return Object.values(room)
    .filter((value): value is Diagnostic<never> => value instanceof Diagnostic)
    .sort((a, b) => a.code.localeCompare(b.code, 'en'));
}
