import type { AbiExtension, CoreImport, Obstacle } from './inspection';
import { shown } from './shown';

/** A host other than the runtimes of a node, known by what a module imports from it. */
interface ForeignHost {
  readonly extension?: AbiExtension;
  /** The import that gives it away. */
  readonly sign: (imports: readonly CoreImport[]) => CoreImport | undefined;
  /** A clause behind "it imports X, ". */
  readonly is: string;
  readonly fix: string;
}

/** What AssemblyScript's own library asks of a browser or of Node. */
const ASSEMBLYSCRIPT = /^(abort|seed|trace|console\.\w+|Math\.\w+|Date\.\w+|performance\.now)$/;
const EMSCRIPTEN =
  /^(_?emscripten_|_embind_|_emval_|invoke_|__cxa_|__syscall_|__assert_fail$|setTempRet0$|_tzset_js$|_abort_js$)/;

const named = (test: (one: CoreImport) => boolean) => (imports: readonly CoreImport[]) => imports.find(test);

/** The most particular first: glue for a browser imports plain `env` functions too. */
const HOSTS: readonly ForeignHost[] = [
  {
    sign: named(({ module }) => /^(__wbindgen_\w+|wbg|.*_bg\.js|\.\/snippets\/.*)$/s.test(module)),
    is: 'glue that wasm-bindgen writes for JavaScript hosts',
    fix: 'build the crate for wasm32-wasip1 or wasm32-wasip2 without wasm-bindgen',
  },
  {
    extension: 'gojs',
    sign: named(({ module, name }) => module === 'gojs' || module === 'go' || name.startsWith('syscall/js.')),
    is: "which Go's wasm_exec.js gives to a browser",
    fix: 'build it with `GOOS=wasip1 GOARCH=wasm`, or `tinygo build -target=wasip2`',
  },
  {
    extension: 'env',
    sign: (imports) => {
      const functions = imports.filter(({ module, kind }) => module === 'env' && kind === 'func');
      return functions.every(({ name }) => ASSEMBLYSCRIPT.test(name)) ? functions[0] : undefined;
    },
    is: 'which AssemblyScript takes from a JavaScript host',
    fix: 'compile it with the config of `@assemblyscript/wasi-shim`',
  },
  {
    extension: 'env',
    sign: named(({ module, name }) => module === 'env' && EMSCRIPTEN.test(name)),
    is: "a function of Emscripten's JavaScript glue",
    fix: 'link it with `-sSTANDALONE_WASM`, or compile it with wasi-sdk',
  },
  {
    // Emscripten with -O2 and above renames its module and everything in it to letters.
    extension: 'env',
    sign: (imports) => (imports.every(({ module }) => module === 'a') ? imports[0] : undefined),
    is: "the shortened name of a function in Emscripten's JavaScript glue",
    fix: 'link it with `-sSTANDALONE_WASM`, or compile it with wasi-sdk',
  },
  {
    sign: named(({ module }) => module === 'wasi_unstable'),
    is: 'from the draft of WASI before preview 1',
    fix: 'build it with a newer toolchain, which imports wasi_snapshot_preview1',
  },
  {
    extension: 'env',
    sign: named(({ module, kind }) => module === 'env' && kind !== 'func'),
    is: 'which the host would have to bring',
    fix: 'link it without `--import-memory` and `--import-table`',
  },
  {
    extension: 'env',
    sign: named(({ module }) => module === 'env'),
    is: 'a function that the host would have to bring',
    fix: 'define it in the module: the linker lets undefined functions become imports',
  },
  {
    sign: named(() => true),
    is: 'which is not WASI and no runtime on a node provides',
    fix: 'build it for WASI preview 1, or as a component',
  },
];

/** What stands in the way of a module with these imports, none of which is WASI. */
export function foreignHost(
  imports: readonly CoreImport[],
): { obstacle: Obstacle; extension?: AbiExtension } | undefined {
  if (imports.length === 0) return undefined;
  for (const { sign, is, fix, extension } of HOSTS) {
    const one = sign(imports);
    if (one === undefined) continue;
    const found = `imports ${shown(`${one.module}.${one.name}`)}, ${is}`;
    return { obstacle: { about: 'host', found, fix }, extension };
  }
  return undefined;
}
