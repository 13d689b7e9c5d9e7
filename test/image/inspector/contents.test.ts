import { inspect } from '../../../lib/image/inspector/inspect';
import {
  AS,
  COMPONENT,
  componentExports,
  componentImports,
  coreExports,
  coreImport,
  coreImports,
  coreModule,
  custom,
  httpComponent,
  leb,
  list,
  MODULE,
  nested,
  program,
  section,
  text,
  wasmComponent,
  wasmModule,
} from '../wasm-builder';

const names = (bytes: Uint8Array) => {
  const { imports, exports } = inspect(bytes);
  return { imports: imports.map(({ name }) => name), exports: exports.map(({ name }) => name) };
};

test('reads imports of every kind, in binary order', () => {
  const imports = Object.values(AS).map((as, index) => coreImport('host', `i${index}`, as));
  expect(inspect(wasmModule(coreImports(...imports))).imports).toEqual([
    { name: 'host.i0', kind: 'func' },
    { name: 'host.i1', kind: 'table' },
    { name: 'host.i2', kind: 'memory' },
    { name: 'host.i3', kind: 'memory' },
    { name: 'host.i4', kind: 'global' },
    { name: 'host.i5', kind: 'tag' },
  ]);
});

test.each([
  ['a 64-bit memory with a maximum', [0x02, 0x05, 0x01, ...leb(2 ** 40)]],
  ['a memory with pages of one byte', [0x02, 0x08, 0x01, 0x00]],
  ['a table of (ref null 5)', [0x01, 0x63, 0x05, 0x00, 0x00]],
  ['a table of structs with a 64-bit index', [0x01, 0x6b, 0x04, 0x00]],
  ['a mutable global of (ref 200)', [0x03, 0x64, 0xc8, 0x01, 0x01]],
  ['a global of a vector', [0x03, 0x7b, 0x00]],
])('passes over %s to the next import', (_, as) => {
  const bytes = wasmModule(coreImports(coreImport('a', 'x', as), coreImport('b', 'y')));
  expect(names(bytes).imports).toEqual(['a.x', 'b.y']);
});

test('reads modules with every section there is, custom sections between them', () => {
  const empty = (id: number) => section(id, [0x00]);
  const recGroup = section(1, [0x01, 0x4e, 0x02, 0x5f, 0x00, 0x5e, 0x78, 0x00]);
  const bytes = wasmModule(
    custom('a'),
    recGroup,
    coreImports(coreImport('wasi_snapshot_preview1', 'fd_write')),
    custom('name', [0xff]),
    ...[3, 4, 5, 13, 6].map(empty),
    coreExports('_start'),
    section(8, [0x00]),
    ...[9, 12, 10].map(empty),
    custom('b'),
    empty(11),
    custom('name'),
  );
  expect(names(bytes)).toEqual({ imports: ['wasi_snapshot_preview1.fd_write'], exports: ['_start'] });
});

test('takes a function exported twice under two names for both', () => {
  expect(inspect(wasmModule(coreExports('main', '_start'))).world).toBe('command');
});

test('reads component names of forms 0 and 1, and puts a version suffix back', () => {
  const instance = [0x05, 0x00];
  const suffix = [0x02, ...text('wasi:io/poll@0.2'), ...list([[0x01, ...text('.3')]])];
  const label = [0x02, ...text('cache'), ...list([[0x00, ...text('wasi:keyvalue/store@0.2.0')]])];
  const bytes = wasmComponent(
    section(
      10,
      list([
        [0x00, ...text('wasi:io/error@0.2.3'), ...instance],
        [0x01, ...text('wasi:io/streams@0.2.3'), ...instance],
        [...suffix, ...instance],
        [...label, ...instance],
      ]),
    ),
  );
  expect(names(bytes).imports).toEqual(['wasi:io/error@0.2.3', 'wasi:io/streams@0.2.3', 'wasi:io/poll@0.2.3', 'cache']);
});

test('reads component imports and exports of every kind', () => {
  const imports = section(
    10,
    list([
      [0x00, ...text('m'), 0x00, 0x11, 0x00],
      [0x00, ...text('f'), 0x01, 0x00],
      [0x00, ...text('t'), 0x03, 0x00, 0x00],
      [0x00, ...text('r'), 0x03, 0x01],
      [0x00, ...text('c'), 0x04, 0x00],
      [0x00, ...text('i'), 0x05, 0x00],
    ]),
  );
  const exports = section(
    11,
    list([
      [0x00, ...text('core'), 0x00, 0x11, 0x00, 0x00],
      [0x00, ...text('typed'), 0x01, 0x00, 0x01, 0x01, 0x00],
      [0x00, ...text('value'), 0x02, 0x00, 0x00],
    ]),
  );
  const { imports: found, exports: out } = inspect(wasmComponent(imports, exports));
  expect([...found, ...out].map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    ...['m module', 'f func', 't type', 'r type', 'c component', 'i instance'],
    ...['core core', 'typed func', 'value value'],
  ]);
});

test('joins several import sections of a component, as tools write them between type sections', () => {
  const bytes = wasmComponent(
    componentImports('a:b/c'),
    section(7, [0x00]),
    componentImports('a:b/d'),
    componentExports('run'),
  );
  expect(names(bytes)).toEqual({ imports: ['a:b/c', 'a:b/d'], exports: ['run'] });
});

test('does not take the imports of nested modules and components for those of the outermost', () => {
  const inner = wasmComponent(componentImports('inner:only/thing'), coreModule(program()));
  expect(names(httpComponent('0.2.3', coreModule(program()), nested(inner)))).toEqual({
    imports: ['wasi:io/streams@0.2.3', 'wasi:http/types@0.2.3'],
    exports: ['wasi:http/incoming-handler@0.2.3'],
  });
});

const deep = (levels: number): Uint8Array =>
  Array.from({ length: levels }).reduce<Uint8Array>((inner) => wasmComponent(nested(inner)), wasmComponent());

test('goes into 32 components inside each other, and no deeper', () => {
  expect(inspect(deep(31)).kind).toBe('component');
  expect(() => inspect(deep(33))).toThrow('expected at most 32 components inside each other');
});

test.each<[string, Uint8Array, string]>([
  [
    'a section that is longer than the file',
    Uint8Array.from([...MODULE, 0x0a, ...leb(1000), 0x00]),
    'byte 12: expected a section of 1000 bytes that begins at byte 8, found the end of the file',
  ],
  [
    'a file cut inside a section header',
    Uint8Array.from([...COMPONENT, 0x01]),
    'byte 9: expected the size of a section, found the end of the file',
  ],
  [
    'a nested module cut by the section around it',
    wasmComponent(section(1, [...MODULE, 0x0a, 0x10])),
    'byte 20: expected a section of 16 bytes that begins at byte 18, found the end of the file',
  ],
  [
    'something else where a nested module should be',
    wasmComponent(section(1, [0x7f, 0x45, 0x4c, 0x46])),
    'byte 10: expected a nested module or component, found byte 0x7f',
  ],
  [
    'an unknown section',
    wasmModule(section(14, [0x00])),
    'byte 8: expected a section of a module, 0 to 13, found byte 0x0e',
  ],
  [
    'a section a component cannot have',
    wasmComponent(section(12, [0x00])),
    'byte 8: expected a section of a component, 0 to 11, found byte 0x0c',
  ],
  [
    'two import sections in a core module',
    wasmModule(coreImports(), coreImports()),
    'byte 11: expected a section that may follow the one before, found byte 0x02',
  ],
  [
    'exports before imports',
    wasmModule(coreExports('_start'), coreImports()),
    'byte 20: expected a section that may follow the one before, found byte 0x02',
  ],
  [
    'more imports than the section holds',
    wasmModule(section(2, [0x02, ...coreImport('a', 'b')])),
    'byte 17: expected the length of the module of an import, found the end of the file',
  ],
  [
    'bytes behind the last import',
    wasmModule(section(2, [0x01, ...coreImport('a', 'b'), 0x00])),
    'byte 17: expected the end of the section, found byte 0x00',
  ],
  [
    'four thousand million imports',
    wasmModule(section(2, leb(0xffffffff))),
    'byte 10: expected at most 100000 imports, found 4294967295',
  ],
  [
    'an import of an unknown kind',
    wasmModule(coreImports([...text('a'), ...text('b'), 0x7f])),
    'byte 15: expected the kind of an import, 0 to 4, found byte 0x7f',
  ],
  [
    'a memory with limits of tomorrow',
    wasmModule(coreImports(coreImport('a', 'b', [0x02, 0x10, 0x00]))),
    'byte 16: expected the limits of a memory or table, found byte 0x10',
  ],
  [
    'a component name of an unknown form',
    wasmComponent(section(10, list([[0x03, ...text('a'), 0x05, 0x00]]))),
    'byte 11: expected the name of an import, form 0, 1 or 2, found byte 0x03',
  ],
  [
    'a value as an import',
    wasmComponent(section(10, list([[0x00, ...text('a'), 0x02, 0x00]]))),
    'byte 14: expected a module, function, type, component or instance, found byte 0x02',
  ],
  [
    'a tag of an unknown kind',
    wasmModule(coreImports(coreImport('a', 'b', [0x04, 0x01, 0x00]))),
    'byte 16: expected the attribute of a tag, 0, found byte 0x01',
  ],
  [
    'a module cut between its functions and their code',
    wasmModule(section(1, [0x01, 0x60, 0x00, 0x00]), section(3, [0x01, 0x00]), coreExports('_start')),
    'byte 30: expected the code of its functions, found the end of the file',
  ],
  [
    'a custom section without a name',
    wasmModule(section(0, [])),
    'byte 10: expected the length of the name of a custom section, found the end of the file',
  ],
])('refuses %s', (_, bytes, message) => {
  expect(() => inspect(bytes)).toThrow(new Error(message));
});

test('reads a module without sections', () => {
  expect(inspect(wasmModule())).toMatchObject({
    kind: 'module',
    imports: [],
    exports: [],
    wasi: 'none',
    world: 'custom',
  });
});
