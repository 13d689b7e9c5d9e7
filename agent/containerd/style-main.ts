import { dirname, isAbsolute, join } from 'node:path';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { Refusal } from '../refusal';
import {
  type ContainerdConfig,
  CRI_V2,
  CRI_V3,
  type CriPlugin,
  type RuntimeTable,
  readContainerdConfig,
} from './containerd-config';
import { withBlock } from './handler-block';
import type { HandlerFiles, HostFiles } from './handler-files';

/**
 * containerd's own configuration. A drop-in only where it is safe and where it is read: containerd 1.x loses the CRI
 * section of the main file when an import has one, 2.0 to 2.2 lose runc's options when the import's plugin is of another
 * version than the main file, and no containerd reads a directory that the main file does not import.
 */
export async function mainStyle(settings: AgentSettings, host: HostFiles): Promise<HandlerFiles> {
  const { configFile } = settings.containerd;
  const text = await host.read(configFile);
  if (text === undefined || text.trim() === '') {
    throw new Refusal(`there is no ${configFile}; make one with: containerd config default > ${configFile}`);
  }
  const config = readContainerdConfig(withBlock(text, settings.handler, undefined), configFile);
  const directories = importedDirectories(config, configFile);
  const main = { path: configFile, preamble: '' };
  const dropIns = directories.map((directory) => ({ path: join(directory, fileName(settings)), preamble: '' }));
  const [dropIn] = (config.version ?? 0) >= 3 ? dropIns : [];
  const home = dropIn ?? main;
  return {
    home,
    formerly: [main, ...dropIns].filter(({ path }) => path !== home.path),
    plugin: pluginOf(config, configFile),
    runtimes: [...config.runtimes, ...(await importedRuntimes(directories, settings.handler, host))],
    isToml: true,
  };
}

/** By the ids that are really there: AKS writes `version = 2` above the plugins of version 3. */
export function pluginOf(config: ContainerdConfig, file: string): CriPlugin {
  const { version = 1, runtimes } = config;
  if (version >= 3) return CRI_V3;
  if (version === 2) return runtimes.some(({ plugin }) => plugin === CRI_V3) ? CRI_V3 : CRI_V2;
  throw new Refusal(`${file} has the version ${version}, which containerd 2 does not read; migrate it to 2 or 3`);
}

/** `*.toml` of a directory below the main file's own: the only ones that are mounted, and the only ones in use. */
function importedDirectories(config: ContainerdConfig, configFile: string): string[] {
  const base = dirname(configFile);
  return config.imports
    .map((pattern) => (isAbsolute(pattern) ? pattern : join(base, pattern)))
    .filter((pattern) => pattern.endsWith('/*.toml') && dirname(pattern).startsWith(`${base}/`))
    .map((pattern) => dirname(pattern));
}

export async function importedRuntimes(
  directories: readonly string[],
  handler: string,
  host: HostFiles,
): Promise<RuntimeTable[]> {
  const tables: RuntimeTable[] = [];
  for (const directory of directories) {
    for (const name of await host.list(directory)) {
      if (!name.endsWith('.toml')) continue;
      const path = join(directory, name);
      const text = withBlock((await host.read(path)) ?? '', handler, undefined);
      tables.push(...readContainerdConfig(text, path).runtimes);
    }
  }
  return tables;
}

export const fileName = ({ handler }: AgentSettings): string => `cdk8s-wasm-${handler}.toml`;
