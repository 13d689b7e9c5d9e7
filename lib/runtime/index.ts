export * from './distribution';
export * from './distribution-facts';
export type { BooleanFact, Evidence, NumberFact, TextFact, VersionsFact } from './fact';
export { CrunEngine } from './rows/crun';
export * from './runtime-facts';
export * from './vocabulary';
export { type CustomRuntimeOptions, WasmRuntime } from './wasm-runtime';
