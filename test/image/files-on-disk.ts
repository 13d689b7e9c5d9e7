import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A directory for the tests of a file, which is the working directory meanwhile: paths in messages are then as
 * short as people write them.
 */
export function workingDirectory(): { write: (path: string, content: string | Uint8Array) => string } {
  const before = process.cwd();
  const dir = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-image-'));
  beforeAll(() => process.chdir(dir));
  afterAll(() => {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  });
  return {
    write: (path, content) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
      return path;
    },
  };
}
