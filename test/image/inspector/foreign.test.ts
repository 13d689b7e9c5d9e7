import { inspect } from '../../../lib/image/inspector/inspect';
import { InspectionError } from '../../../lib/image/inspector/inspection-error';

function foreign(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    inspect(bytes);
  } catch (error) {
    if (error instanceof InspectionError) return error.foreign;
    throw error;
  }
  throw new Error('it was taken for WebAssembly');
}

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const tar = () => {
  const header = Buffer.alloc(512);
  header.write('app.wasm', 0);
  header.write('ustar', 257);
  return header;
};

test.each<[string, string | Uint8Array]>([
  ['an empty file', ''],
  ['gzip-compressed data', hex('1f8b0800 00000000')],
  ['zstd-compressed data', hex('28b52ffd 04')],
  ['a zip archive', hex('504b0304 14')],
  ['a tar archive', tar()],
  ['a static library', '!<arch>\n'],
  ['LLVM bitcode', hex('4243c0de')],
  ['a native executable (ELF)', hex('7f454c46 02010100')],
  ['a native executable (Mach-O)', hex('cffaedfe')],
  ['a native executable (PE)', hex('4d5a9000')],
  ['text in UTF-16', hex('fffe2800')],
  ['WebAssembly in text form (.wat)', '(module (func (export "_start")))'],
  ['WebAssembly in text form (.wat)', '\ufeff;; a comment\n\n  ;; another\n (component $c)'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12157365\n'],
  ['an HTML page, perhaps the error page of a download', '<!DOCTYPE html><html><title>404</title>'],
  ['an XML document', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  ['a script', '#!/bin/sh\nexec wasmtime app.wasm\n'],
  ['WebAssembly in base64', 'AGFzbQEAAAA='],
  ['WebAssembly in base64', 'data:application/wasm;base64,AGFzbQEAAAA='],
  ['a JSON document', '{"name": "cart"}'],
  ['JavaScript, perhaps the glue a bundler put beside the module', "import * as wasm from './cart_bg.wasm';"],
  ['JavaScript, perhaps the glue a bundler put beside the module', '"use strict";(()=>{})()'],
  ['JavaScript, perhaps the glue a bundler put beside the module', '/* glue */ var Module = {};'],
  ['something else', 'Hello'],
  ['something else', '   \n  '],
  ['something else', hex('00 00 00 00')],
])('recognises %s', (what, content) => {
  expect(foreign(content)?.what).toBe(what);
});

test.each([
  ['Wasmtime', hex('7f454c46 020101c8 00000000')],
  ['WAMR', hex('00616f74 05000000')],
])('knows machine code by %s from a native executable', (engine, content) => {
  expect(foreign(content)).toMatchObject({ what: 'machine code', precompiledBy: engine });
});

test('does not take a text that only mentions a module for one', () => {
  expect(foreign('(modules are great)')?.what).toBe('something else');
});

test('looks at the beginning only, however long the file is', () => {
  expect(foreign(Buffer.concat([Buffer.alloc(600, ' '), Buffer.from('(module)')]))?.what).toBe('something else');
});

test.each([
  ['00 61 73', 'byte 3: expected 00 61 73 6d, the magic number of WebAssembly, found the end of the file'],
  ['00 61 73 6d 01 00', 'byte 6: expected the version of the format, found the end of the file'],
  [
    '00 61 73 6d 0d 00 00 00',
    'byte 4: expected 01 00 00 00 (a module) or 0d 00 01 00 (a component), found 0d 00 00 00, a core format that no engine of today reads',
  ],
  [
    '00 61 73 6d 0c 00 01 00',
    'byte 4: expected 01 00 00 00 (a module) or 0d 00 01 00 (a component), found 0c 00 01 00, a component from before the format settled',
  ],
  [
    '00 61 73 6d 0e 00 01 00',
    'byte 4: expected 01 00 00 00 (a module) or 0d 00 01 00 (a component), found 0e 00 01 00, a component of a newer format',
  ],
  [
    '00 61 73 6d 01 00 02 00',
    'byte 4: expected 01 00 00 00 (a module) or 0d 00 01 00 (a component), found 01 00 02 00',
  ],
])('calls a preamble of %s damaged, not foreign', (bytes, message) => {
  expect(foreign(hex(bytes))).toBeUndefined();
  expect(() => inspect(hex(bytes))).toThrow(new Error(message));
});
