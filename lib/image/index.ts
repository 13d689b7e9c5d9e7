export type { IWasmLockable } from './lockable';
export { WasmImage } from './wasm-image';
export { WasmLock } from './wasm-lock';
export type { WasmLockedOptions, WasmModuleFacts, WasmModuleOptions } from './wasm-module-options';
