import { WasmPayload } from '../../runtime/vocabulary';
import type { Contents, Extern, Inspection, Obstacle, WasiVersion, WasmWorld } from './inspection';
import { shown, shownList } from './shown';
import { isWasi02, isWasi03, type WitName, witName } from './wit-name';

type Conclusions = Pick<Inspection, 'wasi' | 'world' | 'extensions' | 'payload' | 'obstacle'>;

interface Entry {
  readonly world: WasmWorld;
  readonly payload: WasmPayload;
}

/** The interfaces a host calls. runwasi takes the first of them that a component exports, so we do. */
const ENTRIES: ReadonlyMap<string, Entry> = new Map([
  ['wasi:http/incoming-handler', { world: 'wasi:http/proxy', payload: WasmPayload.HTTP_COMPONENT }],
  ['wasi:cli/run', { world: 'wasi:cli/command', payload: WasmPayload.CLI_COMPONENT }],
]);

/** What a component is good for, by its imports and exports. */
export function componentAbi({ imports, exports }: Contents): Conclusions {
  const name = exports.find((one) => entryOf(one) !== undefined);
  const entry = name === undefined ? undefined : entryOf(name);
  const obstacle = wasi03(imports, exports) ?? draft(name) ?? withoutEntry(entry, exports);
  return {
    wasi: wasiOf([...imports, ...exports]),
    world: entry?.world ?? 'custom',
    extensions: imports.some((one) => wit(one)?.package === 'wasi:nn') ? ['wasi-nn'] : [],
    payload: obstacle === undefined ? entry?.payload : undefined,
    obstacle,
  };
}

const wit = ({ name }: Extern): WitName | undefined => witName(name);

const entryOf = (one: Extern): Entry | undefined =>
  one.kind === 'instance' ? ENTRIES.get(wit(one)?.interface ?? '') : undefined;

function wasiOf(externs: readonly Extern[]): WasiVersion {
  const versions = externs
    .map(wit)
    .filter((name) => name?.package.startsWith('wasi:'))
    .map((name) => name?.version ?? '');
  if (versions.some(isWasi03)) return 'wasi:0.3';
  return versions.some((version) => version.startsWith('0.2.')) ? 'wasi:0.2' : 'none';
}

function wasi03(imports: readonly Extern[], exports: readonly Extern[]): Obstacle | undefined {
  const is03 = (one: Extern) => wit(one)?.package.startsWith('wasi:') === true && isWasi03(wit(one)?.version ?? '');
  const exported = exports.find(is03);
  const one = exported ?? imports.find(is03);
  if (one === undefined) return undefined;
  const verb = exported === undefined ? 'imports' : 'exports';
  return {
    about: 'wasi-0.3',
    found: `${verb} ${shown(one.name)}, and no shim runs WASI 0.3 yet`,
    fix: 'build it against WASI 0.2: pin the version of its WIT files',
  };
}

/** Release candidates of 0.2 are not compatible with what was released. */
function draft(one: Extern | undefined): Obstacle | undefined {
  if (one === undefined || isWasi02(wit(one)?.version ?? '')) return undefined;
  return {
    about: 'entry-point',
    found: `exports ${shown(one.name)}, which is not a released version of WASI 0.2`,
    fix: 'build it against WASI 0.2.0 or a later 0.2',
  };
}

function withoutEntry(entry: Entry | undefined, exports: readonly Extern[]): Obstacle | undefined {
  if (entry !== undefined) return undefined;
  const what = exports.length === 0 ? 'nothing' : shownList(exports.map(({ name }) => name));
  if (exports.length > 0 && exports.every(({ kind }) => kind === 'type' || kind === 'component')) {
    return {
      about: 'entry-point',
      found: `is a WIT package: it exports ${what}, which are types without code`,
      fix: 'give the component that implements it',
    };
  }
  return {
    about: 'entry-point',
    found: `exports ${what}, but neither wasi:http/incoming-handler nor wasi:cli/run`,
    fix: 'build it for the world wasi:http/proxy or wasi:cli/command, or compose it with a component of one',
  };
}
