import { join } from 'node:path';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { Refusal } from '../refusal';
import { readContainerdConfig } from './containerd-config';
import type { HandlerFiles, HostFiles } from './handler-files';
import { fileName, importedRuntimes, pluginOf } from './style-main';

/** k0s watches a directory, merges its files and restarts containerd, as long as the main file carries its mark. */
export async function directoryStyle(settings: AgentSettings, host: HostFiles): Promise<HandlerFiles> {
  const { configFile, dropInDirectory } = settings.containerd;
  if (dropInDirectory === undefined) throw new Refusal('the settings name no drop-in directory');
  const text = await host.read(configFile);
  if (text === undefined) throw new Refusal(`there is no ${configFile}: the distribution makes it when it starts`);
  if (!/^# k0s_managed=true$/m.test(text)) {
    throw new Refusal(`${configFile} has lost the line "# k0s_managed=true", so ${dropInDirectory} is not read`);
  }
  const config = readContainerdConfig(text, configFile);
  return {
    home: { path: join(dropInDirectory, fileName(settings)), preamble: '' },
    formerly: [],
    plugin: pluginOf(config, configFile), // k0s 1.36 exits at start when a drop-in has the plugin of version 2
    runtimes: [...config.runtimes, ...(await importedRuntimes([dropInDirectory], settings.handler, host))],
    isToml: true,
  };
}
