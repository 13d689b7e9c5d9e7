import type { CoreImport, Extern } from './inspection';
import { LIMITS } from './limits';
import type { Reader } from './reader';

const KINDS = ['func', 'table', 'memory', 'global', 'tag'];

/** The import section of a core module. */
export function readCoreImports(reader: Reader): CoreImport[] {
  const imports: CoreImport[] = [];
  for (let left = reader.count('imports', LIMITS.externs); left > 0; left -= 1) {
    const module = reader.name('the module of an import');
    const name = reader.name('the name of an import');
    const kind = readKind(reader, 'the kind of an import');
    skipType(reader, kind);
    imports.push({ module, name, kind });
  }
  return imports;
}

/** The export section of a core module. */
export function readCoreExports(reader: Reader): Extern[] {
  const exports: Extern[] = [];
  for (let left = reader.count('exports', LIMITS.externs); left > 0; left -= 1) {
    const name = reader.name('the name of an export');
    const kind = readKind(reader, 'the kind of an export');
    reader.u32('the index of an export');
    exports.push({ name, kind });
  }
  return exports;
}

function readKind(reader: Reader, what: string): string {
  const at = reader.position;
  const kind = KINDS[reader.byte(what)];
  if (kind === undefined) throw reader.surprise(`${what}, 0 to ${KINDS.length - 1}`, at);
  return kind;
}

function skipType(reader: Reader, kind: string): void {
  switch (kind) {
    case 'func':
      reader.u32('the type of a function');
      return;
    case 'table':
      skipValueType(reader);
      skipLimits(reader);
      return;
    case 'memory':
      skipLimits(reader);
      return;
    case 'global':
      skipValueType(reader);
      reader.byte('whether a global can change');
      return;
    default:
      skipTag(reader);
  }
}

function skipTag(reader: Reader): void {
  const at = reader.position;
  if (reader.byte('the attribute of a tag') !== 0) throw reader.surprise('the attribute of a tag, 0', at);
  reader.u32('the type of a tag');
}

function skipValueType(reader: Reader): void {
  const byte = reader.byte('a value type');
  // (ref null heaptype) and (ref heaptype) are the only ones with something behind them.
  if (byte === 0x63 || byte === 0x64) reader.skipNumber('a heap type');
}

/** Minimum, and by the bits of the first byte a maximum (1) and a page size (8); 2 is shared, 4 is 64 bits wide. */
function skipLimits(reader: Reader): void {
  const at = reader.position;
  const flags = reader.byte('the limits of a memory or table');
  if (flags > 15) throw reader.surprise('the limits of a memory or table', at);
  reader.skipNumber('a minimum');
  if ((flags & 1) !== 0) reader.skipNumber('a maximum');
  if ((flags & 8) !== 0) reader.u32('a page size');
}
