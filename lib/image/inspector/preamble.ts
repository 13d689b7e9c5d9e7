import { recogniseForeign } from './foreign';
import type { WasmKind } from './inspection';
import { InspectionError } from './inspection-error';
import type { Reader } from './reader';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** Version and layer, the four bytes after the magic number. */
const MODULE = '01 00 00 00';
const COMPONENT = '0d 00 01 00';

/** Reads the eight bytes that begin every module and component. */
export function readPreamble(reader: Reader): WasmKind {
  const start = reader.position;
  const expected = start === 0 ? '00 61 73 6d, the magic number of WebAssembly' : 'a nested module or component';
  for (const [index, byte] of MAGIC.entries()) {
    const at = start + index;
    if (at < reader.limit && reader.byte(expected) === byte) continue;
    // A file that ends inside the magic number was WebAssembly; an empty one never was.
    if (at >= reader.limit && at > start) throw reader.surprise(expected, at);
    if (start > 0) throw reader.surprise(expected, start);
    throw new InspectionError(0, expected, first(reader.bytes), recogniseForeign(reader.bytes));
  }
  const version = [0, 1, 2, 3].map(() => toHex(reader.byte('the version of the format'))).join(' ');
  if (version === MODULE) return 'module';
  if (version === COMPONENT) return 'component';
  throw new InspectionError(
    start + MAGIC.length,
    `${MODULE} (a module) or ${COMPONENT} (a component)`,
    `${version}${meaning(version)}`,
  );
}

function meaning(version: string): string {
  const [low, , layer] = version.split(' ');
  if (layer === '00' && low !== '01') return ', a core format that no engine of today reads';
  if (layer === '01' && low < '0d') return ', a component from before the format settled';
  if (layer === '01') return ', a component of a newer format';
  return '';
}

const toHex = (byte: number): string => byte.toString(16).padStart(2, '0');

function first(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'the end of the file' : Array.from(bytes.subarray(0, 4), toHex).join(' ');
}
