import type { Extern } from './inspection';
import { LIMITS } from './limits';
import type { Reader } from './reader';

const SORTS = ['core', 'func', 'value', 'type', 'component', 'instance'];

/** An import section of a component; there may be several. */
export function readComponentImports(reader: Reader): Extern[] {
  const imports: Extern[] = [];
  for (let left = reader.count('imports', LIMITS.externs); left > 0; left -= 1) {
    const name = readName(reader, 'import');
    imports.push({ name, kind: readDescription(reader) });
  }
  return imports;
}

/** An export section of a component; there may be several. */
export function readComponentExports(reader: Reader): Extern[] {
  const exports: Extern[] = [];
  for (let left = reader.count('exports', LIMITS.externs); left > 0; left -= 1) {
    const name = readName(reader, 'export');
    const kind = readSort(reader);
    if (kind === 'core') reader.byte('the kind of a core item');
    reader.u32('the index of an export');
    if (readFlag(reader, 'whether an export has a type')) readDescription(reader);
    exports.push({ name, kind });
  }
  return exports;
}

/**
 * 0 and 1 are both followed by the name: older tools told interfaces (1) from plain names (0).
 * 2 has options behind the name; the rest of the version is one, for tools that write `@0.2` and `.3`.
 */
function readName(reader: Reader, what: string): string {
  const at = reader.position;
  const form = reader.byte(`the name of an ${what}`);
  if (form > 2) throw reader.surprise(`the name of an ${what}, form 0, 1 or 2`, at);
  let name = reader.name(`the name of an ${what}`);
  if (form < 2) return name;
  for (let left = reader.count('options of a name', 3); left > 0; left -= 1) {
    const option = reader.byte('an option of a name');
    const value = reader.name('an option of a name');
    if (option === 1) name += value;
  }
  return name;
}

/** What an import is, or the type an export is given. */
function readDescription(reader: Reader): string {
  const at = reader.position;
  const kind = readSort(reader);
  if (kind === 'value') throw reader.surprise('a module, function, type, component or instance', at);
  if (kind === 'core') {
    if (reader.byte('the kind of a core item') !== 0x11) throw reader.surprise('a core module', at + 1);
    reader.u32('a type');
    return 'module';
  }
  // A type is either equal to another one, or a resource of which nothing more is said.
  if (kind === 'type' && readFlag(reader, 'the bound of a type')) return kind;
  reader.u32('a type');
  return kind;
}

function readSort(reader: Reader): string {
  const at = reader.position;
  const sort = SORTS[reader.byte('the kind of an import or export')];
  if (sort === undefined) throw reader.surprise(`the kind of an import or export, 0 to ${SORTS.length - 1}`, at);
  return sort;
}

function readFlag(reader: Reader, what: string): boolean {
  const at = reader.position;
  const flag = reader.byte(what);
  if (flag > 1) throw reader.surprise(`${what}, 0 or 1`, at);
  return flag === 1;
}
