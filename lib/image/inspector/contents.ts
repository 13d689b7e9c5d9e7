import { readComponentExports, readComponentImports } from './component-externs';
import { readCoreExports, readCoreImports } from './core-externs';
import type { Contents, CoreImport, Extern, Tool, WasmKind } from './inspection';
import { InspectionError } from './inspection-error';
import { LIMITS } from './limits';
import { readPreamble } from './preamble';
import { readProducers } from './producers';
import type { Reader } from './reader';

/** A module or component that was begun and has not ended. */
interface Frame {
  readonly kind: WasmKind;
  readonly end: number;
  /** Place in `CORE_ORDER` of the last section, so that none comes twice or too late. */
  rank: number;
  /** It declared functions and their code has not come yet. */
  awaitsCode: boolean;
}

interface Section {
  readonly id: number;
  readonly end: number;
}

/** Core sections come in this order, each at most once; custom sections (0) come anywhere. */
const CORE_ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const FUNCTIONS = 3;
const CODE = 10;
const COMPONENT_SECTIONS = 12;

/** Walks over all sections, nested ones included, without recursion: depth is the attacker's to choose. */
export function readContents(reader: Reader): Contents {
  const kind = readPreamble(reader);
  const gathered = new Gathered();
  const open: Frame[] = [{ kind, end: reader.bytes.length, rank: -1, awaitsCode: false }];
  for (let sections = 0; open.length > 0; ) {
    const frame = open[open.length - 1];
    if (reader.position === frame.end) {
      // A file cut just between two sections is whole in every other way.
      if (frame.awaitsCode) throw reader.surprise('the code of its functions');
      open.pop();
      continue;
    }
    sections += 1;
    if (sections > LIMITS.sections) throw reader.surprise(`at most ${LIMITS.sections} sections`);
    const section = readHeader(reader, frame);
    if (isNested(frame, section)) {
      if (open.length > LIMITS.depth) throw reader.surprise(`at most ${LIMITS.depth} components inside each other`);
      open.push({ kind: readPreamble(reader), end: section.end, rank: -1, awaitsCode: false });
      continue;
    }
    if (frame.kind === 'module' && section.id === FUNCTIONS) frame.awaitsCode = reader.u32('a number of functions') > 0;
    if (frame.kind === 'module' && section.id === CODE) frame.awaitsCode = false;
    gathered.take(reader, frame, section, open.length === 1);
    reader.position = section.end;
  }
  const { coreImports, imports, exports, marks, outerProducers, innerProducers } = gathered;
  return { kind, coreImports, imports, exports, marks, producers: [...outerProducers, ...innerProducers] };
}

function readHeader(reader: Reader, frame: Frame): Section {
  reader.limit = frame.end;
  const at = reader.position;
  const id = reader.byte('a section');
  const size = reader.u32('the size of a section');
  const end = reader.position + size;
  if (end > frame.end) throw reader.surprise(`a section of ${size} bytes that begins at byte ${at}`, frame.end);
  reader.limit = end;
  if (frame.kind === 'component') {
    if (id >= COMPONENT_SECTIONS) throw reader.surprise(`a section of a component, 0 to ${COMPONENT_SECTIONS - 1}`, at);
  } else if (id !== 0) {
    const rank = CORE_ORDER.indexOf(id);
    if (rank === -1) throw reader.surprise('a section of a module, 0 to 13', at);
    if (rank <= frame.rank) throw reader.surprise('a section that may follow the one before', at);
    frame.rank = rank;
  }
  return { id, end };
}

/** Section 1 of a component is a core module, section 4 a component. */
const isNested = (frame: Frame, { id }: Section): boolean => frame.kind === 'component' && (id === 1 || id === 4);

/** What the sections say, while they pass by. */
class Gathered {
  public readonly coreImports: CoreImport[] = [];
  public readonly imports: Extern[] = [];
  public readonly exports: Extern[] = [];
  public readonly marks = new Set<string>();
  public readonly outerProducers: Tool[][] = [];
  public readonly innerProducers: Tool[][] = [];

  public take(reader: Reader, frame: Frame, { id, end }: Section, outermost: boolean): void {
    if (id === 0) this.takeCustom(reader, outermost);
    else if (outermost) this.takeExterns(reader, frame.kind, id, end);
  }

  private takeExterns(reader: Reader, kind: WasmKind, id: number, end: number): void {
    if (kind === 'module' && id === 2) {
      for (const one of readCoreImports(reader)) {
        this.coreImports.push(one);
        this.imports.push({ name: `${one.module}.${one.name}`, kind: one.kind });
      }
    } else if (kind === 'module' && id === 7) append(this.exports, readCoreExports(reader));
    else if (kind === 'component' && id === 10) append(this.imports, readComponentImports(reader));
    else if (kind === 'component' && id === 11) append(this.exports, readComponentExports(reader));
    else return;
    if (reader.position !== end) throw reader.surprise('the end of the section');
    // A component may have many such sections, each within the limit.
    const count = Math.max(this.imports.length, this.exports.length);
    if (count > LIMITS.externs) throw new InspectionError(end, `at most ${LIMITS.externs} imports or exports`, 'more');
  }

  private takeCustom(reader: Reader, outermost: boolean): void {
    const name = reader.name('the name of a custom section');
    if (name === 'producers') {
      if (this.outerProducers.length + this.innerProducers.length >= LIMITS.producers) return;
      const tools = readProducers(reader);
      if (tools !== undefined) (outermost ? this.outerProducers : this.innerProducers).push(tools);
    } else if (outermost && MARKS.test(name)) this.marks.add(name.replace(/:.*/s, ''));
  }
}

/** Custom sections that only unfinished files have, and the type of a component that was not made yet. */
const MARKS = /^(linking|dylink|dylink\.0|component-type(:.*)?)$/s;

function append<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one);
}
