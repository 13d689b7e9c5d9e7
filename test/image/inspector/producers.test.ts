import { inspect } from '../../../lib/image/inspector/inspect';
import {
  coreModule,
  custom,
  httpComponent,
  type Producers,
  producers,
  program,
  wasmComponent,
  wasmModule,
} from '../wasm-builder';

const toolchain = (fields: Producers) => inspect(program(producers(fields))).toolchain;

test.each<[string, Producers]>([
  ['Rust 1.95.0', { language: { Rust: '' }, 'processed-by': { rustc: '1.95.0 (b1c2d3e4f 2026-04-14)' } }],
  ['Rust 1.95.0', { language: { C11: '' }, 'processed-by': { clang: '19.1.5', rustc: '1.95.0' } }],
  ['Go 1.26.8', { language: { Go: 'go1.26.8' }, 'processed-by': { 'Go cmd/compile': 'go1.26.8' } }],
  ['TinyGo 0.39.0', { language: { Go: '' }, 'processed-by': { TinyGo: '0.39.0', clang: '19.1.2' } }],
  [
    'clang 19.1.5-wasi-sdk',
    { 'processed-by': { clang: '19.1.5-wasi-sdk (https://github.com/llvm/llvm-project ab4b5a2)' } },
  ],
  [
    'wit-bindgen-rust 0.46.0',
    { 'processed-by': { 'wit-component': '0.244.0', 'wit-bindgen-c': '0.51.0', 'wit-bindgen-rust': '0.46.0' } },
  ],
  [
    'ComponentizeJS 0.19.3',
    { language: { JavaScript: '' }, 'processed-by': { 'wit-component': '0.244.0', ComponentizeJS: '0.19.3' } },
  ],
])('reads %s', (expected, fields) => {
  expect(toolchain(fields)).toBe(expected);
});

test('says nothing where only tools that wrap were at work', () => {
  expect(toolchain({ 'processed-by': { 'wit-component': '0.244.0' } })).toBeUndefined();
});

const rust = wasmModule(producers({ 'processed-by': { rustc: '1.82.0' } }));
const c = wasmModule(producers({ 'processed-by': { clang: '19.1.5' } }));
const wrapped = producers({ 'processed-by': { 'wit-component': '0.244.0' } });

test('asks the module before the adapter that wraps it', () => {
  expect(inspect(httpComponent('0.2.3', coreModule(c), coreModule(rust), wrapped)).toolchain).toBe('clang 19.1.5');
});

test('asks the component before its engine, wherever its section stands', () => {
  const js = producers({ 'processed-by': { ComponentizeJS: '0.19.3' } });
  expect(inspect(wasmComponent(coreModule(rust), js)).toolchain).toBe('ComponentizeJS 0.19.3');
});

test('a damaged producers section costs its content, not the module', () => {
  const bytes = program(custom('producers', [0x02, 0x80]));
  expect(inspect(bytes)).toMatchObject({ payload: 'module:p1', toolchain: undefined });
});

test('what it says is fit for an annotation', () => {
  expect(toolchain({ 'processed-by': { rustc: `1.95.0\u0007é${'9'.repeat(300)}` } })).toBe(
    `Rust 1.95.0${'9'.repeat(89)}`,
  );
});
