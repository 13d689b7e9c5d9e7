/** What the bytes are when they are not WebAssembly at all. */
export interface ForeignBytes {
  /** A noun phrase: `an ELF executable`. */
  readonly what: string;
  /** What to do about it. */
  readonly fix: string;
  /** The engine, when it is machine code that an engine compiled from WebAssembly. */
  readonly precompiledBy?: string;
}

/** The first surprise in a file. The inspector throws nothing else. */
export class InspectionError extends Error {
  public constructor(
    /** Position of the surprise, bytes from the start of the file. */
    public readonly offset: number,
    /** What the format wants there, a noun phrase. */
    public readonly expected: string,
    /** What is there, a noun phrase. */
    public readonly found: string,
    /** Set when the file is something else from its first bytes on. */
    public readonly foreign?: ForeignBytes,
  ) {
    super(`byte ${offset}: expected ${expected}, found ${found}`);
    this.name = 'InspectionError';
  }
}
