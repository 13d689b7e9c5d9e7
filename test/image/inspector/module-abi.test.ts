import { inspect } from '../../../lib/image/inspector/inspect';
import { WasmPayload } from '../../../lib/runtime/vocabulary';
import { AS, coreExports, coreImport, coreImports, custom, program, section, text, wasmModule } from '../wasm-builder';

const P1 = 'wasi_snapshot_preview1';
/** A module with these imports, as `module.name` or encoded, that exports `_start`. */
const importing = (...imports: ReadonlyArray<readonly [string, string, (readonly number[])?]>) =>
  inspect(
    wasmModule(coreImports(...imports.map(([from, name, as]) => coreImport(from, name, as))), coreExports('_start')),
  );

test('a program for preview 1 is a payload every runtime knows', () => {
  expect(inspect(program())).toMatchObject({
    kind: 'module',
    wasi: 'wasi:p1',
    world: 'command',
    payload: WasmPayload.MODULE,
    extensions: [],
    obstacle: undefined,
  });
});

test('a program that asks its host for nothing runs everywhere', () => {
  expect(inspect(wasmModule(coreExports('_start')))).toMatchObject({
    wasi: 'none',
    world: 'command',
    payload: 'module:p1',
  });
});

test.each([
  ['wasmedge-sockets', P1, 'sock_open'],
  ['wasmedge-sockets', P1, 'sock_getaddrinfo'],
  ['wasi-nn', 'wasi_ephemeral_nn', 'load'],
  ['wasix', 'wasix_32v1', 'proc_fork'],
  ['wasi-threads', 'wasi', 'thread-spawn'],
  ['wasmedge-plugins', 'wasi_ephemeral_crypto_common', 'options_open'],
])('sees the extension %s in %s.%s', (extension, from, name) => {
  expect(importing([P1, 'proc_exit'], [from, name])).toMatchObject({ extensions: [extension], payload: 'module:p1' });
});

test.each(['sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown'])('takes %s for plain preview 1', (name) => {
  expect(importing([P1, name]).extensions).toEqual([]);
});

test('lets a program with threads import the memory they share', () => {
  const threads = importing(['wasi', 'thread-spawn'], ['env', 'memory', AS.sharedMemory]);
  expect(threads).toMatchObject({ extensions: ['wasi-threads'], obstacle: undefined });
});

const WBINDGEN = 'glue that wasm-bindgen writes for JavaScript hosts';
const EMSCRIPTEN = "a function of Emscripten's JavaScript glue";

test.each<[string, string, string, readonly string[]]>([
  ['__wbindgen_placeholder__', '__wbindgen_throw', WBINDGEN, []],
  ['./cart_bg.js', '__wbg_log_1', WBINDGEN, []],
  ['wbg', '__wbindgen_string_new', WBINDGEN, []],
  ['gojs', 'runtime.wasmExit', "which Go's wasm_exec.js gives to a browser", ['gojs']],
  ['go', 'debug', "which Go's wasm_exec.js gives to a browser", ['gojs']],
  ['env', 'syscall/js.valueGet', "which Go's wasm_exec.js gives to a browser", ['gojs']],
  ['env', 'abort', 'which AssemblyScript takes from a JavaScript host', ['env']],
  ['env', 'emscripten_resize_heap', EMSCRIPTEN, ['env']],
  ['env', '_emscripten_memcpy_js', EMSCRIPTEN, ['env']],
  ['env', 'invoke_vi', EMSCRIPTEN, ['env']],
  ['a', 'b', "the shortened name of a function in Emscripten's JavaScript glue", ['env']],
  ['wasi_unstable', 'fd_write', 'from the draft of WASI before preview 1', []],
  ['env', 'charge_card', 'a function that the host would have to bring', ['env']],
  ['wasi-outbound-http', 'request', 'which is not WASI and no runtime on a node provides', []],
])('says whom %s.%s was built for', (from, name, is, extensions) => {
  const inspection = importing([from, name]);
  expect(inspection.payload).toBeUndefined();
  expect(inspection.extensions).toEqual(extensions);
  expect(inspection.obstacle).toMatchObject({ about: 'host', found: `imports ${from}.${name}, ${is}` });
});

test('tells Emscripten from AssemblyScript, which both import env.abort', () => {
  const found = importing(['env', 'abort'], ['env', 'emscripten_memcpy_big'], ['env', 'memory', AS.memory]).obstacle
    ?.found;
  expect(found).toBe(`imports env.emscripten_memcpy_big, ${EMSCRIPTEN}`);
});

test('names the most telling import, not the first', () => {
  const found = importing(['env', 'now'], [P1, 'fd_write'], ['wbg', '__wbg_fetch']).obstacle?.found;
  expect(found).toBe(`imports wbg.__wbg_fetch, ${WBINDGEN}`);
});

test('finds a memory that the host should bring', () => {
  expect(importing(['env', 'memory', AS.memory]).obstacle).toMatchObject({
    found: 'imports env.memory, which the host would have to bring',
    fix: 'link it without `--import-memory` and `--import-table`',
  });
});

test('a reactor has nothing that could be started', () => {
  const bytes = wasmModule(coreImports(coreImport(P1, 'fd_write')), coreExports('_initialize', 'add'));
  expect(inspect(bytes)).toMatchObject({
    wasi: 'wasi:p1',
    world: 'reactor',
    obstacle: { about: 'entry-point', found: 'is a reactor: it exports `_initialize` and no `_start`' },
  });
});

test('a library says which functions it has', () => {
  const bytes = wasmModule(coreExports('add', 'subtract', 'multiply', 'divide', 'modulo'));
  expect(inspect(bytes).obstacle?.found).toBe('exports add, subtract, multiply and 2 more, but no function `_start`');
});

test('a memory called _start starts nothing', () => {
  const bytes = wasmModule(section(7, [0x01, ...text('_start'), 0x02, 0x00]));
  expect(inspect(bytes).obstacle?.found).toBe('exports no function, so nothing can be started');
});

test.each([
  ['linking', 'is an object file that was not linked yet'],
  ['dylink.0', 'is a shared library, which a program loads'],
  ['component-type', 'is the core of a component that was not made into one yet'],
  ['component-type:cart', 'is the core of a component that was not made into one yet'],
])('knows an unfinished file by its section %s', (name, found) => {
  expect(
    inspect(wasmModule(coreImports(coreImport('env', '__linear_memory', AS.memory)), custom(name))).obstacle,
  ).toMatchObject({
    about: 'entry-point',
    found,
  });
});

test('knows the core of a component by its imports, also with `_start`', () => {
  expect(importing(['wasi:cli/environment@0.2.0', 'get-environment']).obstacle?.found).toBe(
    'is the core of a component that was not made into one yet',
  );
});

test('runs a program that carries the type of a component it could become', () => {
  expect(inspect(program(custom('component-type'))).payload).toBe(WasmPayload.MODULE);
});

test('makes names from a file fit for a terminal', () => {
  const found = importing(['env', `\u001b[31m${'x'.repeat(200)}`]).obstacle?.found;
  expect(found).toBe(`imports env.?[31m${'x'.repeat(71)}…, a function that the host would have to bring`);
});
