import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from '../conformance/machine/errno';
import { type ToolRecipe, ToolUnavailable } from '../conformance/tool-cache';

const SOURCE = join(__dirname, 'guests', 'component', 'main.rs');
const TARGET = 'wasm32-wasip2';
const FLAGS = ['--edition=2024', '--crate-name=component', '-Copt-level=s', '-Cstrip=symbols', '-Clto=fat'];

/** A wasi:cli component: only the standard library, so the compiler alone makes it. */
export const componentGuestRecipe: ToolRecipe = {
  name: 'component-guest',
  version: '1',
  files: [SOURCE],
  settings: [...FLAGS, TARGET],
  announcement: 'building a wasi:cli component with Rust …',
  async build(into) {
    const run = promisify(execFile);
    try {
      await run('rustup', ['target', 'add', TARGET]).catch(() => undefined); // there already, or rustc says so
      await run('rustc', [...FLAGS, `--target=${TARGET}`, SOURCE, '-o', join(into, 'component.wasm')]);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) throw new ToolUnavailable('Rust is not installed');
      const { stderr = '' } = error as { readonly stderr?: string };
      if (/can't find crate for `(std|core)`/.test(stderr)) throw new ToolUnavailable(`Rust has no target ${TARGET}`);
      throw error;
    }
  },
};
