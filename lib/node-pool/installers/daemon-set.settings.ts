import { ContainerdStyle } from '../../runtime';
import type { AgentContainerd, AgentSettings } from './agent-settings';
import type { DaemonSetIntent } from './daemon-set.intent';

/** What the agent is told. */
export const agentSettings = (installer: DaemonSetIntent): AgentSettings => ({
  pool: installer.pool,
  handler: installer.handler,
  runtimeType: installer.shim.runtimeType,
  binary: installer.shim.binary,
  systemdCgroup: installer.systemdCgroup,
  installDirectory: installer.installDirectory,
  shims: installer.shims.map(({ architecture, url, sha256 }) => ({ architecture, url, sha256 })),
  containerd: containerd(installer),
  probe: installer.probe,
  readyLabelKey: installer.readyLabelKey,
  startupTaints: installer.startupTaints,
  drainTimeoutSeconds: installer.drainTimeoutSeconds,
  state: installer.state,
});

const STYLES: { readonly [style in ContainerdStyle]: AgentContainerd['style'] } = {
  [ContainerdStyle.MAIN]: 'main',
  [ContainerdStyle.TEMPLATE]: 'template',
  [ContainerdStyle.DIRECTORY]: 'directory',
};

function containerd({ distribution }: DaemonSetIntent): AgentContainerd {
  const { containerdStyle, configFile, dropInDirectory, units } = distribution;
  return {
    style: STYLES[containerdStyle],
    configFile: configFile.value,
    ...(dropInDirectory !== undefined && { dropInDirectory: dropInDirectory.value }),
    units,
  };
}
