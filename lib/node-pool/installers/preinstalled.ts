import { readyLabels } from '../node-pool.intent';
import type { Taint } from '../taint';
import type { IShimInstaller } from './installer';

/** Shims that are part of the node's image, or that somebody outside the program installs. */
export interface PreinstalledOptions {
  /**
   * Labels that whoever installs the shim puts on a node afterwards; they gate pools of existing nodes.
   * runtime-class-manager sets `{ 'spin-v2': 'provisioned' }`.
   * @default - `{ 'cdk8s-wasm.dev/shim-HANDLER': 'ready' }`
   */
  readonly readyLabels?: Record<string, string>;
  /**
   * A taint that nodes register with and that whoever installs the shim removes; it gates pools that launch nodes.
   * @default - none: the shim is part of the image, nodes are usable at once
   */
  readonly startupTaint?: Taint;
}

export const preinstalled = (options: PreinstalledOptions): IShimInstaller => ({
  name: 'preinstalled',
  startupTaints: () => (options.startupTaint === undefined ? [] : [options.startupTaint]),
  readyLabels: (handler) => ({ ...(options.readyLabels ?? readyLabels(handler)) }),
  install: () => [],
  validate: () => [],
});
