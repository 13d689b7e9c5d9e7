import { type Finding, LOCK_INVALID, WasmError } from '../diagnostics';
import { isUpToDate, readRegularFile, reasonOf, writeAtomically } from './files';
import type { LockEntry, LockFile } from './lock-entry';
import { LockFileError, parseLock, printLock } from './lock-file';
import type { IWasmLockable } from './lockable';
import { PACKER_VERSION } from './packer/version';

const LARGEST_LOCK_BYTES = 16 * 1024 * 1024;
const EMPTY: LockFile = { packer: PACKER_VERSION, images: new Map() };

/**
 * The images of a program with their digests, in a file to commit: what is deployed is what was published, also
 * where the modules are not checked out. Registry hosts and tags are not part of digests, so one lock serves
 * mirrors and stages alike.
 */
export class WasmLock {
  /**
   * Reads a lock. A file that is missing or damaged is reported by the images that use it (WASM0209).
   * @param path starts in the working directory unless it is absolute
   */
  public static fromFile(path: string): WasmLock {
    const broken = (problem: string) => new WasmLock(path, () => EMPTY, [LOCK_INVALID.with({ lock: path, problem })]);
    const content = readRegularFile(path, LARGEST_LOCK_BYTES);
    if ('reason' in content) return broken(content.reason);
    try {
      const file = parseLock(Buffer.from(content.bytes).toString('utf8'));
      return new WasmLock(path, () => file, []);
    } catch (error) {
      if (error instanceof LockFileError) return broken(error.message);
      throw error;
    }
  }

  /**
   * Locks images, such as `{ cart: WasmImage.fromModule(…) }`. Their digests are computed when the lock is first
   * written or asked: about a second for a module of 12 MB, which is packed for it.
   */
  public static of(images: Record<string, IWasmLockable>): WasmLock {
    const all = Object.entries(images);
    const entries = () => new Map(all.map(([name, image]) => [name, image._lockEntry()]));
    const findings = all.flatMap(([, image]) => image._findings());
    return new WasmLock(
      'the lock',
      () => ({ packer: PACKER_VERSION, images: entries() }),
      findings,
      Object.keys(images),
    );
  }

  private content?: LockFile;

  private constructor(
    private readonly source: string,
    private readonly load: () => LockFile,
    private readonly findings: readonly Finding[],
    private readonly known?: readonly string[],
  ) {}

  /** Names of the images, sorted; none of a lock that cannot be used. */
  public get names(): string[] {
    return [...(this.known ?? this.load().images.keys())].sort();
  }

  /**
   * The text of the lock file: sorted JSON with a newline at the end.
   * @throws the first error of the lock or of an image in it
   */
  public toJson(): string {
    return printLock(this._file());
  }

  /** The same as `toJson()`. */
  public toString(): string {
    return this.toJson();
  }

  /**
   * Writes the lock file: whole or not at all, and not when it is there already.
   * @throws the first error of the lock or of an image in it; WASM0209 when the file cannot be written
   */
  public writeTo(path: string): void {
    const bytes = Buffer.from(this.toJson(), 'utf8');
    if (isUpToDate(path, bytes)) return;
    try {
      writeAtomically(path, bytes);
    } catch (error) {
      throw LOCK_INVALID.error({ lock: path, problem: `it cannot be written, ${reasonOf(error)}` });
    }
  }

  /** What it is called in messages. @internal */
  public get _source(): string {
    return this.source;
  }

  /** @internal */
  public _findings(): readonly Finding[] {
    return this.findings;
  }

  /** @internal */
  public _file(): LockFile {
    if (this.findings.length > 0) throw new WasmError(this.findings[0]);
    this.content ??= this.load();
    return this.content;
  }

  /** @internal */
  public _entry(name: string): LockEntry | undefined {
    return this._file().images.get(name);
  }
}
