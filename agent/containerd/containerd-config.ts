import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../refusal';
import { parseToml } from './toml';

/** Where a configuration's runtimes are, by plugin. */
export const CRI_V2 = 'io.containerd.grpc.v1.cri';
export const CRI_V3 = 'io.containerd.cri.v1.runtime';
export type CriPlugin = typeof CRI_V2 | typeof CRI_V3;

export interface RuntimeTable {
  readonly plugin: CriPlugin;
  readonly handler: string;
  readonly type?: string;
  readonly path?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the agent reads of a containerd configuration. It never writes from here: people's comments would be lost. */
export interface ContainerdConfig {
  /** As the file says; containerd takes a missing one for 1 in its main file. */
  readonly version?: number;
  readonly imports: readonly string[];
  readonly runtimes: readonly RuntimeTable[];
  readonly everything: Readonly<Record<string, unknown>>;
}

/** @throws Refusal when it is not TOML */
export function readContainerdConfig(text: string, file: string): ContainerdConfig {
  const everything = parsed(text, file);
  const { version, imports } = everything;
  return {
    everything,
    ...(typeof version === 'number' && { version }),
    imports: Array.isArray(imports) ? imports.filter((path) => typeof path === 'string') : [],
    runtimes: [CRI_V2, CRI_V3].flatMap((plugin) => runtimesOf(everything, plugin as CriPlugin)),
  };
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error).split('\n');
    throw new Refusal(`${file} is not TOML: ${why}`);
  }
}

function runtimesOf(everything: Readonly<Record<string, unknown>>, plugin: CriPlugin): RuntimeTable[] {
  const runtimes = at(everything, ['plugins', plugin, 'containerd', 'runtimes']) ?? {};
  return Object.entries(runtimes).map(([handler, value]) => {
    const table = isTable(value) ? value : {};
    return {
      plugin,
      handler,
      ...(typeof table.runtime_type === 'string' && { type: table.runtime_type }),
      ...(typeof table.runtime_path === 'string' && { path: table.runtime_path }),
      options: isTable(table.options) ? table.options : {},
    };
  });
}

/** Whether the second is the first and one runtime's table, and nothing else. */
export function addsOnlyRuntime(
  before: ContainerdConfig,
  after: ContainerdConfig,
  plugin: CriPlugin,
  handler: string,
): boolean {
  const rest = structuredClone(after.everything) as Record<string, unknown>;
  removeAt(rest, before.everything, ['plugins', plugin, 'containerd', 'runtimes', handler]);
  return isDeepStrictEqual(rest, structuredClone(before.everything));
}

/** Takes a key away, and the tables above it that are empty then and were not there before. */
function removeAt(table: Record<string, unknown>, before: unknown, [key = '', ...below]: readonly string[]): void {
  const value = table[key];
  const old = isTable(before) ? before[key] : undefined;
  if (isTable(value) && below.length > 0) removeAt(value, old, below);
  const emptied = isTable(value) && Object.keys(value).length === 0 && old === undefined;
  if (below.length === 0 || emptied) delete table[key];
}

function at(table: Readonly<Record<string, unknown>>, path: readonly string[]): Record<string, unknown> | undefined {
  let value: unknown = table;
  for (const key of path) value = isTable(value) ? value[key] : undefined;
  return isTable(value) ? value : undefined;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
