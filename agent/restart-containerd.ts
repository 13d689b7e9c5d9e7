import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import { type Locations, onHost } from './locations';
import { RESTART_DEFAULTS, type RestartOptions, restartUnit, SYSTEMD_SOCKET } from './systemd/restart-unit';

/** Where the distribution reloads a directory by itself there is nothing to do; the probe waits until it has. */
export async function restartContainerd(
  { containerd }: AgentSettings,
  locations: Locations,
  options: RestartOptions = RESTART_DEFAULTS,
): Promise<void> {
  if (containerd.style === 'directory' || containerd.units.length === 0) return;
  await restartUnit(onHost(locations, SYSTEMD_SOCKET), containerd.units, options);
}
