import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../support/programs';
import { type ChildOptions, type Ended, run } from './child';
import { CLONE } from './places';

export const SHOP = join(CLONE, 'examples/polyglot-shop');
export const SERVICES = join(SHOP, 'services');
export const SERVICE_NAMES = ['gateway', 'cart', 'inventory', 'restock', 'report'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What build.sh says of a module. */
export interface ModuleRecord {
  readonly file: string;
  readonly reproducible: boolean;
  readonly sha256: string;
  readonly size: number;
}

export const moduleRecords = (): Readonly<Record<ServiceName, ModuleRecord>> =>
  JSON.parse(readFileSync(join(SERVICES, 'modules.json'), 'utf8'));

export const moduleFile = (service: ServiceName) => join(SERVICES, `${service}.wasm`);

export interface CommandInput {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Guest path → folder. */
  readonly preopens?: Readonly<Record<string, string>>;
}

/** Runs a command of the shop as a WASI host does. */
export function runCommand(service: ServiceName, { args = [], env = {}, preopens = {} }: CommandInput): Promise<Ended> {
  const options = { args: [`${service}.wasm`, ...args], env: { HOST: 'node:wasi', ...env }, preopens };
  return run(process.execPath, [
    '--no-warnings',
    join(__dirname, 'wasi-host.mjs'),
    moduleFile(service),
    JSON.stringify(options),
  ]);
}

/** Runs the program as cdk8s.yaml does, without npx and the CLI around it. */
export function runProgram(
  outdir: string,
  { main = join(SHOP, 'main.ts'), ...child }: ProgramOptions = {},
): Promise<Ended> {
  const tsx = join(CLONE, 'node_modules/tsx/dist/cli.mjs');
  const parameters = [tsx, '--tsconfig', join(main, '../../tsconfig.json'), main];
  return run(process.execPath, parameters, { ...child, env: { ...child.env, CDK8S_OUTDIR: outdir } });
}

export interface ProgramOptions extends ChildOptions {
  /** @default - main.ts of the example */
  readonly main?: string;
}

/** The program and its modules in another place, for tests that damage them. */
export function copyOfShop(into: string): { readonly main: string; readonly services: string } {
  const copy = join(into, 'examples/polyglot-shop');
  mkdirSync(copy, { recursive: true });
  for (const shared of ['node_modules', 'lib']) symlinkSync(join(CLONE, shared), join(into, shared));
  for (const file of ['tsconfig.json', 'examples/tsconfig.json']) cpSync(join(CLONE, file), join(into, file));
  cpSync(join(SHOP, 'main.ts'), join(copy, 'main.ts'));
  for (const service of SERVICE_NAMES) cpSync(moduleFile(service), join(copy, 'services', `${service}.wasm`));
  return { main: join(copy, 'main.ts'), services: join(copy, 'services') };
}

/** Every file of a folder with its text, sorted by name. */
export const filesIn = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

export const objectsIn = (files: ReadonlyMap<string, string>): Json[] =>
  [...files.values()].flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS());
