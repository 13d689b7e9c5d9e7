import { posix } from 'node:path';
import { ContainerdStyle } from '../../runtime';
import type { DaemonSetIntent } from './daemon-set.intent';

/** A path of the node that the agent sees, and nothing beside it. */
export interface HostDirectory {
  /** Of its volume. */
  readonly name: string;
  readonly path: string;
  readonly type: 'Directory' | 'DirectoryOrCreate' | 'Socket';
  /** Only looked at, whoever has it. */
  readonly readOnly: boolean;
  /** Only for the phases that change the node. */
  readonly forChanges: boolean;
  /** Where shims are stored. */
  readonly isStore: boolean;
}

const PLAIN = { readOnly: false, forChanges: false, isStore: false };

/** In an order in which a directory comes before what is mounted inside of it. */
export function hostDirectories({ distribution, installDirectory }: DaemonSetIntent): HostDirectory[] {
  const { containerdStyle, configFile, dropInDirectory } = distribution;
  const config = posix.dirname(configFile.value);
  const isDirectory = containerdStyle === ContainerdStyle.DIRECTORY;
  const isInside = dropInDirectory?.value.startsWith(`${config}/`) === true;
  return [
    // Not made where it is missing: the node is of another kind than the program says.
    { ...PLAIN, name: 'config', path: config, type: 'Directory', readOnly: isDirectory },
    ...(dropInDirectory !== undefined && (isDirectory || !isInside)
      ? [{ ...PLAIN, name: 'drop-ins', path: dropInDirectory.value, type: 'DirectoryOrCreate' as const }]
      : []),
    { ...PLAIN, name: 'shims', path: installDirectory, type: 'DirectoryOrCreate', isStore: true },
    { ...PLAIN, name: 'lock', path: '/run/lock', type: 'DirectoryOrCreate', forChanges: true },
    // Where the distribution reloads its configuration by itself, nobody has to be asked for it.
    ...(isDirectory
      ? []
      : [{ ...PLAIN, name: 'systemd', path: '/run/systemd/private', type: 'Socket' as const, forChanges: true }]),
  ];
}
