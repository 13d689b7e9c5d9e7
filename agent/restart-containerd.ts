import type { AgentSettings } from '../lib/node-pool/installers/agent-settings';
import { type Locations, onHost } from './locations';
import { restartUnit, SYSTEMD_SOCKET } from './systemd/restart-unit';

/** Where the distribution reloads a directory by itself there is nothing to do; the probe waits until it has. */
export async function restartContainerd({ containerd }: AgentSettings, locations: Locations): Promise<void> {
  if (containerd.style === 'directory' || containerd.units.length === 0) return;
  await restartUnit(onHost(locations, SYSTEMD_SOCKET), containerd.units, {
    timeoutMs: 120_000,
    settleMs: locations.restartSettleMs,
    pollMs: 250,
  });
}
