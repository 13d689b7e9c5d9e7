import { type GuestFacts, ImageFormat, type MemoryFacts } from '../runtime';

const MIB = 1024 * 1024;

/** A module is compiled inside the container's limit only where it lies in the root filesystem. */
const memoryFacts = (guest: GuestFacts | undefined, format: ImageFormat | undefined): MemoryFacts | undefined =>
  format === ImageFormat.IMAGE ? guest?.imageMemory : guest?.artifactMemory;

export interface MemoryNeed {
  /** Enough to start and to work, MiB. */
  readonly comfortable: number;
  /** Below this it is known to be killed, MiB. */
  readonly least: number;
  readonly note: string;
}

/** What a guest of `sizeBytes` needs. Undefined where nothing was measured. */
export function memoryNeed(
  guest: GuestFacts | undefined,
  format: ImageFormat | undefined,
  sizeBytes: number | undefined,
): MemoryNeed | undefined {
  const facts = memoryFacts(guest, format);
  if (facts === undefined) return undefined;
  const size = (sizeBytes ?? 0) / MIB;
  return {
    comfortable: Math.ceil((facts.baseMiB + facts.perModuleMiB * size) / 32) * 32,
    least: Math.ceil(facts.leastPerModuleMiB * size),
    note: facts.note,
  };
}

/** How long the first answer may take: a root filesystem is compiled between start and answer. */
export function startupSeconds(
  compileSecondsPerMiB: number,
  format: ImageFormat | undefined,
  sizeBytes: number | undefined,
): number {
  if (format !== ImageFormat.IMAGE) return 30;
  return 30 + Math.ceil(((sizeBytes ?? 16 * MIB) / MIB) * compileSecondsPerMiB);
}
