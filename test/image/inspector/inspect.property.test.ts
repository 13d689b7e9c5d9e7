import fc from 'fast-check';
import { inspectWith } from '../../../lib/image/inspector/inspect';
import { InspectionError } from '../../../lib/image/inspector/inspection-error';
import { Reader } from '../../../lib/image/inspector/reader';
import {
  AS,
  cliComponent,
  componentImports,
  coreExports,
  coreImport,
  coreImports,
  coreModule,
  custom,
  httpComponent,
  leb,
  MODULE,
  nested,
  producers,
  program,
  section,
  text,
  wasmComponent,
  wasmModule,
} from '../wasm-builder';

/** A seed of its own for each property, so that a failure is the same one everywhere. */
const runs = (seed: number, numRuns: number) => ({ seed, numRuns, endOnFailure: false });

const tools = producers({ language: { Rust: '' }, 'processed-by': { rustc: '1.95.0', 'wit-component': '0.244.0' } });
const everything = wasmModule(
  custom('name', [1, 2, 3]),
  coreImports(...Object.values(AS).map((as, index) => coreImport('wasi_snapshot_preview1', `sock_${index}`, as))),
  coreExports('_start', 'memory'),
  tools,
);
const SEEDS = [
  program(),
  everything,
  httpComponent(),
  cliComponent('0.2.0', coreModule(everything), tools),
  httpComponent('0.2.3', nested(wasmComponent(componentImports('a:b/c'), coreModule(program()))), tools),
];

/** Looks into bytes and checks everything that has to hold whatever they are. */
function survives(bytes: Uint8Array): 'read' | 'refused' {
  const reader = new Reader(bytes);
  try {
    const { payload, obstacle, imports, exports } = inspectWith(reader);
    expect(payload === undefined).toBe(obstacle !== undefined);
    const kept = [...imports, ...exports].reduce((sum, { name }) => sum + Buffer.byteLength(name), 0);
    // A module's name and the dot are kept once for each import: both are in the bytes, but for the dot.
    expect(kept).toBeLessThanOrEqual(bytes.length + imports.length);
    return 'read';
  } catch (error) {
    if (!(error instanceof InspectionError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
    return 'refused';
  } finally {
    // The last read may be the one that finds the end.
    expect(reader.reads).toBeLessThanOrEqual(bytes.length + 1);
  }
}

type Edit = (bytes: readonly number[]) => number[];
const spliced = (bytes: readonly number[], from: number, count: number, more: readonly number[] = []) => [
  ...bytes.slice(0, from),
  ...more,
  ...bytes.slice(from + count),
];
const at = (bytes: readonly number[], place: number) => Math.floor(place * bytes.length);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Bytes that mean something: boundaries of LEB128, kinds, section numbers, the largest size. */
const telling = fc.constantFrom<readonly number[]>(
  [0x00],
  [0x01],
  [0x7f],
  [0x80],
  [0xff],
  [0x0b],
  leb(0xffffffff),
  [0x80, 0x80, 0x80, 0x80, 0x80],
  MODULE,
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([where, byte]): Edit =>
      (bytes) =>
        bytes.map((one, index) => (index === at(bytes, where) ? byte : one)),
  ),
  fc.tuple(place, telling).map(
    ([where, more]): Edit =>
      (bytes) =>
        spliced(bytes, at(bytes, where), 1, more),
  ),
  fc.tuple(place, telling).map(
    ([where, more]): Edit =>
      (bytes) =>
        spliced(bytes, at(bytes, where), 0, more),
  ),
  fc.tuple(place, fc.nat(8)).map(
    ([where, count]): Edit =>
      (bytes) =>
        spliced(bytes, at(bytes, where), count),
  ),
  place.map(
    (where): Edit =>
      (bytes) =>
        bytes.slice(0, at(bytes, where)),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Edit =>
      (bytes) => [...bytes, ...bytes.slice(at(bytes, from), at(bytes, to))],
  ),
);

test('12,000 damaged modules and components are read or refused, with work in proportion to their length', () => {
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 4 }), (seed, edits) => {
      const bytes = edits.reduce<readonly number[]>((now, one) => one(now), [...seed]);
      outcomes[survives(Uint8Array.from(bytes))] += 1;
    }),
    runs(1, 12_000),
  );
  // Were all of them refused at once, nothing behind the preamble would have been tried.
  expect(outcomes.read).toBeGreaterThan(1_000);
  expect(outcomes.refused).toBeGreaterThan(1_000);
});

test('3,000 files of sections with any content', () => {
  const any = fc.uint8Array({ maxLength: 40 }).map((bytes) => [...bytes]);
  const sections = fc.array(
    fc.tuple(fc.nat(15), any).map(([id, content]) => section(id, content)),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(sections, fc.boolean(), (all, isModule) => {
      survives(isModule ? wasmModule(...all) : wasmComponent(...all));
    }),
    runs(2, 3_000),
  );
});

test('2,000 files of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      survives(bytes);
    }),
    runs(3, 2_000),
  );
});

test('every prefix of a module is refused, or is one', () => {
  for (const seed of SEEDS) {
    for (let length = 0; length < seed.length; length += 1) survives(seed.subarray(0, length));
    expect(survives(seed)).toBe('read');
  }
});

describe('files made to be expensive', () => {
  const repeated = (preamble: Uint8Array, part: readonly number[], count: number) =>
    Buffer.concat([preamble, Buffer.from(Array.from({ length: count }, () => part).flat())]);

  test('a million empty sections', () => {
    expect(survives(repeated(wasmModule(), custom(''), 1_000_000))).toBe('refused');
  });

  test('component openings all the way down', () => {
    // A size in five bytes whatever it is, so that each opening has 14 bytes.
    const padded = (size: number) =>
      [0, 7, 14, 21, 28].map((shift) => ((size >>> shift) & 0x7f) | (shift < 28 ? 0x80 : 0));
    const depth = 100_000;
    const openings = Array.from({ length: depth }, (_, level) => [
      0x04,
      ...padded(8 + 14 * (depth - 1 - level)),
      ...wasmComponent(),
    ]);
    expect(() => inspectWith(new Reader(wasmComponent(openings.flat())))).toThrow(
      'expected at most 32 components inside each other',
    );
  });

  test('many import sections, each within its limit', () => {
    const imports = Array.from({ length: 20_000 }, (_, index) => [0x00, ...text(`a${index % 10}`), 0x05, 0x00]).flat();
    expect(survives(repeated(wasmComponent(), section(10, [...leb(20_000), ...imports]), 8))).toBe('refused');
  });

  test('names that fill the memory', () => {
    const one = Buffer.from([0x00, ...leb(100_000), ...Buffer.alloc(100_000, 'a'), 0x05, 0x00]);
    const content = Buffer.concat([Buffer.from(leb(200)), ...Array.from({ length: 200 }, () => one)]);
    const bytes = Buffer.concat([wasmComponent(), Buffer.from([10, ...leb(content.length)]), content]);
    expect(() => inspectWith(new Reader(bytes))).toThrow('expected at most 16777216 bytes of names, found more');
  });

  test('a list that is announced and not there', () => {
    expect(survives(wasmModule(section(2, leb(100_000))))).toBe('refused');
  });
});
