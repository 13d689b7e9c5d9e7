/**
 * What a file may ask of us: far more than compilers write and engines like to load, and little enough that a
 * hostile file costs time and memory in proportion to its length at most.
 */
export const LIMITS = {
  /** Sections of the file, those of nested modules and components included. */
  sections: 100_000,
  /** Imports, and exports, that are kept. */
  externs: 100_000,
  /** Bytes of one name. */
  nameBytes: 100_000,
  /** Bytes of all names that are kept. */
  namesBytes: 16 * 1024 * 1024,
  /** Components inside components. */
  depth: 32,
  /** `producers` sections that are looked at. */
  producers: 64,
  /** Tools in one of them. */
  tools: 64,
} as const;
