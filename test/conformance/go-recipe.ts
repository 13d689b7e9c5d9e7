import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goBuild } from './go';
import type { ToolRecipe } from './tool-cache';

export interface GoRecipeOptions {
  readonly name: string;
  /** The folder of `go.mod` and `go.sum`, and of `main.go` where the program is our own. */
  readonly source: string;
  /** The required module whose version is the component's; or `version`, for a program of our own. */
  readonly module?: string;
  readonly version?: string;
  /** Programs by file name: packages that `go.mod` requires as tools, or `.` for the folder's own. */
  readonly programs: Readonly<Record<string, string>>;
  /** @default - none */
  readonly tags?: readonly string[];
  /** Linker variables, `package.name=value`; `VERSION` in a value stands for the version. @default - none */
  readonly variables?: readonly string[];
  readonly cgo?: boolean;
  /** `GOOS/GOARCH`. @default - this machine */
  readonly target?: string;
  /** Of a first build on 2 cores. */
  readonly minutes: number;
}

/** A component that is built from Go modules. Its version is where its `go.mod` says it, and nowhere else. */
export function goRecipe(options: GoRecipeOptions): ToolRecipe {
  const { name, source, module, programs, tags = [], variables = [], cgo, target, minutes } = options;
  const version = module === undefined ? (options.version ?? '0') : requiredVersion(source, module);
  const linker = ['-s -w', ...variables.map((variable) => `-X ${variable.replaceAll('VERSION', version)}`)].join(' ');
  const flags = ['-trimpath', '-buildvcs=false', `-tags=${tags.join(',')}`, `-ldflags=${linker}`];
  return {
    name,
    version,
    files: ['main.go', 'go.mod', 'go.sum'].map((file) => join(source, file)).filter((file) => existsSync(file)),
    settings: [
      ...flags,
      ...Object.entries(programs).flat(),
      ...(cgo ? ['cgo'] : []),
      ...(target === undefined ? [] : [target]),
    ],
    announcement: `building ${name} ${version} from Go modules, about ${minutes} min on 2 cores, once per machine …`,
    async build(into) {
      for (const [file, program] of Object.entries(programs)) {
        await goBuild({ source, program, output: join(into, file), flags, cgo, target });
      }
    },
  };
}

/** As `go.mod` says, with its `v`. */
export function requiredVersion(source: string, module: string): string {
  const goMod = readFileSync(join(source, 'go.mod'), 'utf8');
  const version = goMod.match(new RegExp(`\\s${module.replaceAll('.', '\\.')} (v\\S+)`))?.[1];
  if (version === undefined) throw new Error(`${source}/go.mod requires no ${module}`);
  return version;
}
