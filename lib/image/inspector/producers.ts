import type { Tool } from './inspection';
import { InspectionError } from './inspection-error';
import { LIMITS } from './limits';
import type { Reader } from './reader';

/**
 * A `producers` section, or undefined: a damaged custom section stops no engine, so it does not stop us.
 * @see https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md
 */
export function readProducers(reader: Reader): Tool[] | undefined {
  const tools: Tool[] = [];
  try {
    for (let fields = reader.count('fields', LIMITS.tools); fields > 0; fields -= 1) {
      const field = reader.name('a field');
      for (let values = reader.count('tools', LIMITS.tools); values > 0; values -= 1) {
        tools.push({ field, name: reader.name('a tool'), version: reader.name('its version') });
        if (tools.length > LIMITS.tools) return tools;
      }
    }
    return tools;
  } catch (error) {
    if (error instanceof InspectionError) return undefined;
    throw error;
  }
}

/**
 * The tool that tells most about where a file comes from, or undefined. The sections are asked in turn, outermost
 * first: the adapter that wraps a C component was compiled by Rust, but that is not what people want to read.
 */
export function toolchain(producers: ReadonlyArray<readonly Tool[]>): string | undefined {
  for (const tools of producers) {
    for (const [tool, label] of TELLING) {
      const found = tools.find(({ name }) => name.toLowerCase() === tool);
      if (found !== undefined) return clean(`${label} ${version(found.version)}`);
    }
  }
  return undefined;
}

/** From the most to the least telling: what the author used, then what that used, then what only touched it. */
const TELLING: ReadonlyArray<readonly [tool: string, label: string]> = [
  ['componentizejs', 'ComponentizeJS'],
  ['componentize-js', 'ComponentizeJS'],
  ['componentize-py', 'componentize-py'],
  ['componentize-dotnet', 'componentize-dotnet'],
  ['tinygo', 'TinyGo'],
  ['go cmd/compile', 'Go'],
  ['go', 'Go'],
  ['rustc', 'Rust'],
  ['swift', 'Swift'],
  ['zig', 'Zig'],
  ['kotlin', 'Kotlin'],
  ['moonc', 'MoonBit'],
  ['dart2wasm', 'Dart'],
  ['assemblyscript', 'AssemblyScript'],
  ['clang', 'clang'],
  ['emscripten', 'Emscripten'],
  ['wit-bindgen-rust', 'wit-bindgen-rust'],
  ['wit-bindgen-go', 'wit-bindgen-go'],
  ['wit-bindgen-c', 'wit-bindgen-c'],
];

/** `go1.26.8` → `1.26.8`, `1.95.0 (…)` → `1.95.0`, `19.1.5-wasi-sdk (…)` → `19.1.5-wasi-sdk`. */
const version = (text: string): string =>
  text
    .trim()
    .replace(/^go(?=\d)/, '')
    .split(/\s/, 1)[0];

/** It becomes an annotation and a line on a terminal. */
const clean = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 100);
