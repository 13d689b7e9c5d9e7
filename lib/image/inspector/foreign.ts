import type { ForeignBytes } from './inspection-error';

const hex = (text: string): readonly number[] => text.split(' ').map((byte) => Number.parseInt(byte, 16));

const BINARY: ReadonlyArray<ForeignBytes & { readonly magic: readonly number[]; readonly at?: number }> = [
  { magic: hex('1f 8b'), what: 'gzip-compressed data', fix: 'decompress it first' },
  { magic: hex('28 b5 2f fd'), what: 'zstd-compressed data', fix: 'decompress it first' },
  { magic: hex('50 4b 03 04'), what: 'a zip archive', fix: 'unpack it and give the .wasm file in it' },
  { magic: hex('75 73 74 61 72'), at: 257, what: 'a tar archive', fix: 'unpack it and give the .wasm file in it' },
  { magic: hex('21 3c 61 72 63 68 3e'), what: 'a static library', fix: 'link it into a module first' },
  { magic: hex('42 43 c0 de'), what: 'LLVM bitcode', fix: 'compile and link it for a WASI target' },
  { magic: hex('00 61 6f 74'), what: 'machine code', precompiledBy: 'WAMR', fix: 'give the .wasm file it came from' },
  {
    magic: hex('7f 45 4c 46 02 01 01 c8'), // ELF whose OS ABI is 200, Wasmtime's mark
    what: 'machine code',
    precompiledBy: 'Wasmtime',
    fix: 'give the .wasm file it came from',
  },
  { magic: hex('7f 45 4c 46'), what: 'a native executable (ELF)', fix: 'compile for a WASI target' },
  { magic: hex('cf fa ed fe'), what: 'a native executable (Mach-O)', fix: 'compile for a WASI target' },
  { magic: hex('4d 5a'), what: 'a native executable (PE)', fix: 'compile for a WASI target' },
  { magic: hex('ff fe'), what: 'text in UTF-16', fix: 'give the binary .wasm file' },
];

const TEXT: ReadonlyArray<ForeignBytes & { readonly starts: RegExp }> = [
  {
    starts: /^\(\s*(module|component)\b/,
    what: 'WebAssembly in text form (.wat)',
    fix: 'turn it into a binary with `wasm-tools parse` or `wat2wasm`',
  },
  {
    starts: /^version https:\/\/git-lfs\./,
    what: 'a Git LFS pointer',
    fix: 'fetch the file itself with `git lfs pull`',
  },
  {
    starts: /^(<!doctype html|<html|<head|<body)/i,
    what: 'an HTML page, perhaps the error page of a download',
    fix: 'download the file again and check the answer',
  },
  { starts: /^<\?xml|^<Error>/i, what: 'an XML document', fix: 'download the file again and check the answer' },
  { starts: /^#!/, what: 'a script', fix: 'give the .wasm file it runs' },
  { starts: /^(data:application\/wasm|AGFzb[QT])/, what: 'WebAssembly in base64', fix: 'decode it first' },
  { starts: /^[{[]/, what: 'a JSON document', fix: 'give the .wasm file' },
  {
    starts:
      /^(\/\/|\/\*|import\b|export\b|const\b|let\b|var\b|async\b|function\b|['"]use strict|\(\s*(async\s*)?(function|\()|!function)/,
    what: 'JavaScript, perhaps the glue a bundler put beside the module',
    fix: 'give the .wasm file',
  },
];

/** What bytes without the magic number of WebAssembly seem to be. Looks at the first few hundred only. */
export function recogniseForeign(bytes: Uint8Array): ForeignBytes {
  if (bytes.length === 0) return { what: 'an empty file', fix: 'build it again' };
  const binary = BINARY.find(({ magic, at = 0 }) => magic.every((byte, index) => bytes[at + index] === byte));
  if (binary !== undefined) return binary;
  const start = withoutComments(Buffer.from(bytes.subarray(0, 512)).toString('latin1'));
  const text = TEXT.find(({ starts }) => starts.test(start));
  return text ?? { what: 'something else', fix: 'give the .wasm file that the compiler wrote' };
}

/** The text without byte order mark, space and the `;;` comments that a .wat file may begin with. */
function withoutComments(text: string): string {
  const lines = text.replace(/^\u00ef\u00bb\u00bf/, '').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith(';;'));
  return first === -1 ? '' : lines.slice(first).join('\n').trimStart();
}
