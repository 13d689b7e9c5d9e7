import { dirname, join } from 'node:path';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { Refusal } from '../refusal';
import { readContainerdConfig } from './containerd-config';
import { withBlock } from './handler-block';
import type { HandlerFiles, HostFiles } from './handler-files';
import { fileName, importedRuntimes, pluginOf } from './style-main';

/** k3s and RKE2 render `config.toml` from a template at every start; a frozen copy of it would miss later changes. */
const BASE = '{{ template "base" . }}\n';

/** `config-v3.toml.tmpl` and `config.toml.tmpl`, of which the first wins where both are. */
const TEMPLATES = { 3: 'config-v3.toml.tmpl', 2: 'config.toml.tmpl' } as const;

export async function templateStyle(settings: AgentSettings, host: HostFiles): Promise<HandlerFiles> {
  const directory = dirname(settings.containerd.configFile);
  const rendered = join(directory, 'config.toml');
  const text = await host.read(rendered);
  if (text === undefined) throw new Refusal(`${rendered} has not been rendered yet`);
  const config = readContainerdConfig(withBlock(text, settings.handler, undefined), rendered);
  const plugin = pluginOf(config, rendered);
  const templates = [TEMPLATES[3], TEMPLATES[2]].map((name) => ({ path: join(directory, name), preamble: BASE }));
  const dropInDirectory = join(directory, 'config-v3.toml.d');
  const dropIn = { path: join(dropInDirectory, fileName(settings)), preamble: '' };
  const importsDropIns = config.version === 3 && config.imports.includes(join(dropInDirectory, '*.toml'));
  const home = importsDropIns ? dropIn : { path: await templatePath(directory, config.version, host), preamble: BASE };
  return {
    home,
    formerly: [...templates, ...(importsDropIns ? [dropIn] : [])].filter(({ path }) => path !== home.path),
    plugin,
    runtimes: [
      ...config.runtimes,
      ...(importsDropIns ? await importedRuntimes([dropInDirectory], settings.handler, host) : []),
    ],
    isToml: importsDropIns,
  };
}

/** The template in use, else the one that this version of containerd would be rendered from. */
async function templatePath(directory: string, version: number | undefined, host: HostFiles): Promise<string> {
  for (const name of [TEMPLATES[3], TEMPLATES[2]]) {
    if ((await host.read(join(directory, name))) !== undefined) return join(directory, name);
  }
  return join(directory, version === 2 ? TEMPLATES[2] : TEMPLATES[3]);
}
