import { componentAbi } from './component-abi';
import { readContents } from './contents';
import type { Inspection } from './inspection';
import { moduleAbi } from './module-abi';
import { toolchain } from './producers';
import { Reader } from './reader';

/**
 * What a core module or component says about itself. Safe on hostile bytes: work and memory are linear in their
 * length and limited, and code is not validated – an engine does that before it runs anything.
 * @throws InspectionError and nothing else
 */
export const inspect = (bytes: Uint8Array): Inspection => inspectWith(new Reader(bytes));

/** The same, for those who want to see how much was read. */
export function inspectWith(reader: Reader): Inspection {
  const contents = readContents(reader);
  const { kind, imports, exports, producers } = contents;
  const abi = kind === 'module' ? moduleAbi(contents) : componentAbi(contents);
  return { kind, imports, exports, toolchain: toolchain(producers), ...abi };
}
