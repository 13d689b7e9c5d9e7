import { WasmPayload } from '../../runtime/vocabulary';
import { foreignHost } from './foreign-hosts';
import type {
  AbiExtension,
  Contents,
  CoreImport,
  Extern,
  Inspection,
  Obstacle,
  WasiVersion,
  WasmWorld,
} from './inspection';
import { shownList } from './shown';
import { witName } from './wit-name';

type Conclusions = Pick<Inspection, 'wasi' | 'world' | 'extensions' | 'payload' | 'obstacle'>;

const WASI_P1 = 'wasi_snapshot_preview1';
/** Preview 1 can use a socket it was given; opening one is WasmEdge's. */
const P1_SOCKETS = ['sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown'];

/** Who provides an import, for those that a runtime on a node may have. */
const PROVIDED: ReadonlyArray<readonly [extension: AbiExtension | undefined, test: (one: CoreImport) => boolean]> = [
  ['wasmedge-sockets', ({ module, name }) => module === WASI_P1 && /^sock_/.test(name) && !P1_SOCKETS.includes(name)],
  [undefined, ({ module }) => module === WASI_P1],
  ['wasi-nn', ({ module }) => module === 'wasi_ephemeral_nn' || module === 'wasi_nn'],
  ['wasmedge-plugins', ({ module }) => /^(wasi_ephemeral_|wasmedge_)/.test(module)],
  ['wasix', ({ module }) => /^wasix_/.test(module)],
  ['wasi-threads', ({ module, name }) => module === 'wasi' && name === 'thread-spawn'],
];

/** What a core module is good for, by its imports and exports. */
export function moduleAbi(contents: Contents): Conclusions {
  const { coreImports, exports } = contents;
  const extensions = new Set<AbiExtension>();
  let unprovided: CoreImport[] = [];
  for (const one of coreImports) {
    const provided = PROVIDED.find(([, test]) => test(one));
    if (provided === undefined) unprovided.push(one);
    else if (provided[0] !== undefined) extensions.add(provided[0]);
  }
  // Threads share a memory, so the engine has to bring it.
  if (extensions.has('wasi-threads')) {
    unprovided = unprovided.filter(({ module, kind }) => module !== 'env' || kind !== 'memory');
  }
  const world = coreWorld(exports);
  const host = foreignHost(unprovided);
  if (host?.extension !== undefined) extensions.add(host.extension);
  const obstacle = unfinished(contents, world) ?? host?.obstacle ?? withoutStart(world, exports);
  return {
    wasi: wasiOf(coreImports),
    world,
    extensions: [...extensions].sort(),
    payload: obstacle === undefined ? WasmPayload.MODULE : undefined,
    obstacle,
  };
}

const wasiOf = (imports: readonly CoreImport[]): WasiVersion =>
  imports.some(({ module }) => module === WASI_P1) ? 'wasi:p1' : 'none';

/** `_start` runs a program to its end; `_initialize` only prepares a library for calls. */
function coreWorld(exports: readonly Extern[]): WasmWorld {
  const exportsFunction = (name: string) => exports.some((one) => one.name === name && one.kind === 'func');
  if (exportsFunction('_start')) return 'command';
  return exportsFunction('_initialize') ? 'reactor' : 'custom';
}

/** A step between compiler and finished file was left out. */
function unfinished({ marks, coreImports, exports }: Contents, world: WasmWorld): Obstacle | undefined {
  if (marks.has('linking')) {
    return { about: 'entry-point', found: 'is an object file that was not linked yet', fix: 'link it with `wasm-ld`' };
  }
  if (marks.has('dylink') || marks.has('dylink.0')) {
    return {
      about: 'entry-point',
      found: 'is a shared library, which a program loads',
      fix: 'link it statically into the program',
    };
  }
  // A program that runs by itself may carry the type of a component it could become.
  const couldBecomeOne = marks.has('component-type') || exports.some(({ name }) => name.startsWith('cabi_'));
  if ((couldBecomeOne && world !== 'command') || coreImports.some(({ module }) => witName(module) !== undefined)) {
    return {
      about: 'entry-point',
      found: 'is the core of a component that was not made into one yet',
      fix: 'run `wasm-tools component new` or `jco new` on it',
    };
  }
  return undefined;
}

function withoutStart(world: WasmWorld, exports: readonly Extern[]): Obstacle | undefined {
  if (world === 'command') return undefined;
  if (world === 'reactor') {
    return {
      about: 'entry-point',
      found: 'is a reactor: it exports `_initialize` and no `_start`',
      fix: 'build a program with a main function, or a component',
    };
  }
  const names = exports.filter(({ kind }) => kind === 'func').map(({ name }) => name);
  return {
    about: 'entry-point',
    found:
      names.length === 0
        ? 'exports no function, so nothing can be started'
        : `exports ${shownList(names)}, but no function \`_start\``,
    fix: 'build a program with a main function for wasm32-wasip1',
  };
}
