import { inspect } from '../../../lib/image/inspector/inspect';
import { WasmPayload } from '../../../lib/runtime/vocabulary';
import {
  cliComponent,
  componentExports,
  componentImports,
  httpComponent,
  list,
  section,
  text,
  wasmComponent,
} from '../wasm-builder';

const obstacle = (bytes: Uint8Array) => inspect(bytes).obstacle?.found;

test('a component that answers HTTP', () => {
  expect(inspect(httpComponent())).toEqual({
    kind: 'component',
    wasi: 'wasi:0.2',
    world: 'wasi:http/proxy',
    payload: WasmPayload.HTTP_COMPONENT,
    imports: [
      { name: 'wasi:io/streams@0.2.3', kind: 'instance' },
      { name: 'wasi:http/types@0.2.3', kind: 'instance' },
    ],
    exports: [{ name: 'wasi:http/incoming-handler@0.2.3', kind: 'instance' }],
    extensions: [],
    toolchain: undefined,
    obstacle: undefined,
  });
});

test('a component that runs to its end', () => {
  expect(inspect(cliComponent())).toMatchObject({ world: 'wasi:cli/command', payload: WasmPayload.CLI_COMPONENT });
});

test.each(['0.2.0', '0.2.12'])('any released 0.2 will do: %s', (version) => {
  expect(inspect(httpComponent(version)).payload).toBe(WasmPayload.HTTP_COMPONENT);
});

test('the first of two entry points decides, as it does for runwasi', () => {
  const both = (...names: string[]) => inspect(wasmComponent(componentExports(...names))).payload;
  expect(both('wasi:cli/run@0.2.0', 'wasi:http/incoming-handler@0.2.0')).toBe(WasmPayload.CLI_COMPONENT);
  expect(both('acme:shop/x', 'wasi:http/incoming-handler@0.2.0', 'wasi:cli/run@0.2.0')).toBe(
    WasmPayload.HTTP_COMPONENT,
  );
});

test('no shim runs WASI 0.3, whether it is exported or only imported', () => {
  const exported = inspect(wasmComponent(componentExports('wasi:http/handler@0.3.0')));
  expect(exported).toMatchObject({ wasi: 'wasi:0.3', payload: undefined, obstacle: { about: 'wasi-0.3' } });
  expect(exported.obstacle?.found).toBe('exports wasi:http/handler@0.3.0, and no shim runs WASI 0.3 yet');
  const imported = wasmComponent(
    componentImports('wasi:clocks/monotonic-clock@0.3.0-rc-2026-01-06'),
    componentExports('wasi:http/incoming-handler@0.2.3'),
  );
  expect(obstacle(imported)).toBe(
    'imports wasi:clocks/monotonic-clock@0.3.0-rc-2026-01-06, and no shim runs WASI 0.3 yet',
  );
});

test('takes 0.30 and other people’s 0.3 for what they are', () => {
  const bytes = wasmComponent(
    componentImports('wasi:io/poll@0.30.0', 'acme:shop/prices@0.3.0'),
    componentExports('wasi:http/incoming-handler@0.2.3'),
  );
  expect(inspect(bytes)).toMatchObject({ wasi: 'wasi:0.2', payload: WasmPayload.HTTP_COMPONENT });
});

test('a release candidate of 0.2 is not 0.2', () => {
  expect(obstacle(httpComponent('0.2.0-rc-2023-11-10'))).toBe(
    'exports wasi:http/incoming-handler@0.2.0-rc-2023-11-10, which is not a released version of WASI 0.2',
  );
});

test.each([
  ['nothing', [], 'exports nothing, but neither wasi:http/incoming-handler nor wasi:cli/run'],
  [
    'its own interface',
    ['acme:shop/cart@1.0.0'],
    'exports acme:shop/cart@1.0.0, but neither wasi:http/incoming-handler nor wasi:cli/run',
  ],
  [
    'a name that only begins alike',
    ['wasi:http/incoming-handler-x@0.2.0'],
    'exports wasi:http/incoming-handler-x@0.2.0, but neither wasi:http/incoming-handler nor wasi:cli/run',
  ],
])('a component that exports %s has no entry point', (_, names, found) => {
  const inspection = inspect(wasmComponent(componentExports(...names)));
  expect(inspection).toMatchObject({ world: 'custom', payload: undefined });
  expect(inspection.obstacle?.found).toBe(found);
});

test('a function with the name of the interface is not the interface', () => {
  const bytes = wasmComponent(section(11, list([[0x00, ...text('wasi:cli/run@0.2.0'), 0x01, 0x00, 0x00]])));
  expect(inspect(bytes).payload).toBeUndefined();
});

test('a WIT package has types and no code', () => {
  const bytes = wasmComponent(section(11, list([[0x00, ...text('proxy'), 0x03, 0x00, 0x00]])));
  expect(obstacle(bytes)).toBe('is a WIT package: it exports proxy, which are types without code');
});

test('sees wasi:nn', () => {
  const bytes = wasmComponent(
    componentImports('wasi:nn/graph@0.2.0-rc-2024-10-28'),
    componentExports('wasi:cli/run@0.2.0'),
  );
  expect(inspect(bytes).extensions).toEqual(['wasi-nn']);
});
