import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isErrno } from './machine/errno';
import { isAlive, withFileLock } from './machine/file-lock';

/** How to get one real component that the tests talk to. */
export interface ToolRecipe {
  /** Its folder in the cache. */
  readonly name: string;
  readonly version: string;
  /** Files that decide what comes out; a changed one means another entry. */
  readonly files: readonly string[];
  /** Whatever else decides it, such as build flags. */
  readonly settings: readonly string[];
  /** What is about to happen and how long it takes, for whoever waits. */
  readonly announcement: string;
  /**
   * Leaves the component in the empty folder `into`.
   * @throws ToolUnavailable when this machine cannot have it; any other error is a fault of the recipe
   */
  build(into: string): Promise<void>;
}

/** The folder that holds the component, or why this machine cannot have it. */
export type Tool = { readonly path: string } | { readonly unavailable: string };

/** A compiler that is not installed, a module that cannot be fetched: nothing that a change of the recipe would cure. */
export class ToolUnavailable extends Error {}

export interface ToolCacheOptions {
  /** @default - `CDK8S_WASM_CACHE`, else `cdk8s-wasm` in `XDG_CACHE_HOME`, else in `~/.cache` */
  readonly directory?: string;
  /** Where progress goes. @default - standard error */
  readonly say?: (line: string) => void;
}

/** The component when it is in the cache. Synchronous, because jest decides at once which tests there are. */
export function cachedTool(recipe: ToolRecipe, options: ToolCacheOptions = {}): string | undefined {
  const entry = entryOf(recipe, options);
  return isFinished(entry) ? entry : undefined;
}

/** The component, built first when it is not in the cache. */
export async function ensureTool(recipe: ToolRecipe, options: ToolCacheOptions = {}): Promise<Tool> {
  const { say = (line) => process.stderr.write(`${line}\n`) } = options;
  const entry = entryOf(recipe, options);
  if (isFinished(entry)) return { path: entry };
  try {
    mkdirSync(dirname(entry), { recursive: true });
    await withFileLock(
      `${entry}.lock`,
      () => buildEntry(recipe, entry, say),
      (holder) => say(`${recipe.name}: process ${holder} is building it, waiting`),
    );
    return { path: entry };
  } catch (error) {
    if (error instanceof ToolUnavailable) return { unavailable: error.message };
    if (isErrno(error, 'EACCES', 'EROFS')) return { unavailable: `the cache cannot be written: ${String(error)}` };
    throw error;
  }
}

/** Built beside its place and renamed, so that an entry appears whole or not at all. */
async function buildEntry(recipe: ToolRecipe, entry: string, say: (line: string) => void): Promise<void> {
  if (isFinished(entry)) return; // by the process that this one waited for
  removeAbandoned(entry);
  const building = `${entry}${BUILDING}${process.pid}-${randomUUID()}`;
  mkdirSync(building);
  try {
    await announced(recipe, say, () => recipe.build(building));
    writeFileSync(join(building, FINISHED), `${recipe.name} ${recipe.version}\n`);
    if (isFinished(entry)) return;
    rmSync(entry, { recursive: true, force: true }); // without the mark it is somebody's half copy
    renameSync(building, entry);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

async function announced(recipe: ToolRecipe, say: (line: string) => void, work: () => Promise<void>): Promise<void> {
  const start = Date.now();
  const elapsed = () => `${Math.round((Date.now() - start) / 1000)} s`;
  say(`${recipe.name}: ${recipe.announcement}`);
  const reminder = setInterval(() => say(`${recipe.name}: still at it after ${elapsed()}`), 30_000);
  try {
    await work();
    say(`${recipe.name}: done in ${elapsed()}`);
  } finally {
    clearInterval(reminder);
  }
}

/** A process that was killed leaves its half behind. What has this process' own id is of an earlier bearer of it. */
function removeAbandoned(entry: string): void {
  const prefix = basename(entry) + BUILDING;
  for (const file of readdirSync(dirname(entry)).filter((name) => name.startsWith(prefix))) {
    const builder = Number.parseInt(file.slice(prefix.length), 10);
    if (builder !== process.pid && isAlive(builder)) continue;
    rmSync(join(dirname(entry), file), { recursive: true, force: true });
  }
}

const BUILDING = '.building-';
const FINISHED = '.finished';
const isFinished = (entry: string) => existsSync(join(entry, FINISHED));

function entryOf(recipe: ToolRecipe, options: ToolCacheOptions): string {
  return join(options.directory ?? cacheDirectory(process.env), recipe.name, keyOf(recipe));
}

function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const own = nonEmpty(environment.CDK8S_WASM_CACHE);
  return own ?? join(nonEmpty(environment.XDG_CACHE_HOME) ?? join(homedir(), '.cache'), 'cdk8s-wasm');
}

const nonEmpty = (value: string | undefined) => (value === '' ? undefined : value);

function keyOf(recipe: ToolRecipe): string {
  const contents = recipe.files.map((file) => [basename(file), readFileSync(file, 'utf8')]);
  const everything = [recipe.version, contents, recipe.settings, process.platform, process.arch];
  return createHash('sha256').update(JSON.stringify(everything)).digest('hex').slice(0, 16);
}
