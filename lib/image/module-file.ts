import {
  type Finding,
  FOREIGN_HOST,
  MODULE_MALFORMED,
  MODULE_UNREADABLE,
  NO_ENTRY_POINT,
  NOT_WEBASSEMBLY,
  PRECOMPILED,
  WASI_03,
} from '../diagnostics';
import { readRegularFile } from './files';
import { inspect } from './inspector/inspect';
import type { Inspection, Obstacle } from './inspector/inspection';
import { InspectionError } from './inspector/inspection-error';

/** More than any module people deploy; a sparse file of terabytes is not one. */
const LARGEST_MODULE_BYTES = 1024 * 1024 * 1024;

/** A module that was read, with what keeps it from being used. */
export interface ModuleFile {
  readonly findings: readonly Finding[];
  /** Absent when it could not be read or is not WebAssembly. */
  readonly module?: { readonly bytes: Uint8Array; readonly inspection: Inspection };
}

/** Reads a module once and looks into it. */
export function readModule(file: string): ModuleFile {
  const content = readRegularFile(file, LARGEST_MODULE_BYTES);
  if ('reason' in content) return { findings: [MODULE_UNREADABLE.with({ file, reason: content.reason })] };
  try {
    const inspection = inspect(content.bytes);
    const { obstacle } = inspection;
    return {
      findings: obstacle === undefined ? [] : [obstacleFinding(file, obstacle)],
      module: { bytes: content.bytes, inspection },
    };
  } catch (error) {
    if (error instanceof InspectionError) return { findings: [inspectionFinding(file, error)] };
    throw error;
  }
}

function inspectionFinding(file: string, { offset, expected, found, foreign }: InspectionError): Finding {
  if (foreign === undefined) return MODULE_MALFORMED.with({ file, offset, expected, found });
  if (foreign.precompiledBy !== undefined) return PRECOMPILED.with({ file, engine: foreign.precompiledBy });
  return NOT_WEBASSEMBLY.with({ file, what: foreign.what, offset, expected, found, fix: foreign.fix });
}

const ABOUT = { host: FOREIGN_HOST, 'wasi-0.3': WASI_03, 'entry-point': NO_ENTRY_POINT } as const;

const obstacleFinding = (file: string, { about, found, fix }: Obstacle): Finding =>
  ABOUT[about].with({ file, found, fix });
