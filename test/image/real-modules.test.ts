import { join } from 'node:path';
import { WasmImage } from '../../lib/image';
import { ImageFormat, WasmPayload } from '../../lib/runtime/vocabulary';

/** The part of the engine's interface that is needed; its types come with those of a browser only. */
interface Engine {
  readonly Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): Array<{ module: string; name: string }>;
    exports(module: object): Array<{ name: string }>;
  };
}
const { Module } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;

/** What compilers really wrote: the services of the example. */
const service = (name: string) =>
  WasmImage.fromModule(join(__dirname, '../../examples/polyglot-shop/services', `${name}.wasm`), {
    repository: `ghcr.io/acme/${name}`,
  });

test.each([
  ['gateway', WasmPayload.HTTP_COMPONENT, 'wasi:0.2', 'wasi:http/proxy', /^ComponentizeJS \d/],
  ['cart', WasmPayload.HTTP_COMPONENT, 'wasi:0.2', 'wasi:http/proxy', /rust/i],
  ['inventory', WasmPayload.HTTP_COMPONENT, 'wasi:0.2', 'wasi:http/proxy', /rust/i],
  ['restock', WasmPayload.MODULE, 'wasi:p1', 'command', /^Go 1\./],
  ['report', WasmPayload.MODULE, 'wasi:p1', 'command', /^undefined$/], // AssemblyScript leaves no trace
])('%s is a %s', (name, payload, wasi, world, toolchain) => {
  const image = service(name);
  expect(image._findings()).toEqual([]);
  expect({ payload: image.payload, wasi: image.wasi, world: image.world, extensions: image.extensions }).toEqual({
    payload,
    wasi,
    world,
    extensions: [],
  });
  expect(String(image.toolchain)).toMatch(toolchain);
  expect(image.referenceIn(ImageFormat.ARTIFACT)).toMatch(new RegExp(`^ghcr.io/acme/${name}@sha256:[a-f0-9]{64}$`));
});

test('the engine of Node sees the same imports and exports of a core module', () => {
  for (const name of ['restock', 'report']) {
    const image = service(name);
    const module = new Module(Buffer.from(image._pack(ImageFormat.ARTIFACT).blobs[1].bytes));
    expect(image.imports).toEqual(Module.imports(module).map((one) => `${one.module}.${one.name}`));
    expect(image.exports).toEqual(Module.exports(module).map(({ name }) => name));
  }
});

test('a component exports its handler and imports only WASI', () => {
  for (const name of ['gateway', 'cart', 'inventory']) {
    const { imports, exports } = service(name);
    expect(exports).toEqual([expect.stringMatching(/^wasi:http\/incoming-handler@0\.2\.\d+$/)]);
    expect(imports.filter((one) => !/^wasi:[a-z]+\/[a-z-]+@0\.2\.\d+$/.test(one))).toEqual([]);
    expect(imports).toContainEqual(expect.stringMatching(/^wasi:http\/types@/));
  }
});
