import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from '../conformance/machine/errno';
import { type ToolRecipe, ToolUnavailable } from '../conformance/tool-cache';

const SOURCE = join(__dirname, 'shim');
const PROGRAM = 'containerd-shim-wasmtime-v1';

/** The project's own shim for tests; see shim/README.md. */
export const shimRecipe: ToolRecipe = {
  name: 'wasm-shim',
  version: wasmtimeVersion(),
  files: ['Cargo.toml', 'Cargo.lock', 'src/main.rs', 'src/guest.rs', 'src/http.rs'].map((file) => join(SOURCE, file)),
  settings: [],
  announcement: 'building a containerd Wasm shim from crates, about 7 min on 2 cores, once per machine …',
  async build(into) {
    const target = join(into, 'target');
    await cargo(['build', '--release', '--locked', '--target-dir', target]);
    copyFileSync(join(target, 'release', PROGRAM), join(into, PROGRAM));
    rmSync(target, { recursive: true });
  },
};

function wasmtimeVersion(): string {
  return /^wasmtime = \{ version = "=([^"]+)"/m.exec(readFileSync(join(SOURCE, 'Cargo.toml'), 'utf8'))?.[1] ?? '';
}

async function cargo(parameters: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('cargo', parameters, { cwd: SOURCE, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new ToolUnavailable('Rust is not installed');
    const { stderr = '' } = error as { readonly stderr?: string };
    if (/protoc|libseccomp/i.test(stderr)) {
      throw new ToolUnavailable('building the shim needs the Debian packages libseccomp-dev and protobuf-compiler');
    }
    throw new Error(`cargo ${parameters[0]}: ${stderr.split('\n').slice(-30).join('\n')}`);
  }
}
