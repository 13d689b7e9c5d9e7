import { join } from 'node:path';
import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { shimDirectory } from '../shim/shim-store';
import type { CriPlugin, RuntimeTable } from './containerd-config';

// A handler's table between two comments of ours: people see whose it is, and we take away exactly what we wrote.

/** Without a `version` key: in a drop-in it would make containerd migrate, or refuse, the whole file. */
export function handlerBlock(settings: AgentSettings, plugin: CriPlugin): string {
  const table = `plugins.${quoted(plugin)}.containerd.runtimes.${quoted(settings.handler)}`;
  return [
    opening(settings.handler),
    `[${table}]`,
    `  runtime_type = ${quoted(settings.runtimeType)}`,
    `  runtime_path = ${quoted(runtimePath(settings))}`,
    `  [${table}.options]`,
    // A TOML boolean: runwasi reads it as one. Unlike for runc, containerd hands the whole table to the shim.
    `    SystemdCgroup = ${settings.systemdCgroup}`,
    closing(settings.handler),
    '',
  ].join('\n');
}

/** What the table names; it stays the same for all versions of the shim. */
export const runtimePath = (settings: AgentSettings): string => join(shimDirectory(settings), settings.binary);

/** Whether a table that somebody else wrote says the same as ours would. */
export const saysTheSame = (table: RuntimeTable, settings: AgentSettings): boolean =>
  table.type === settings.runtimeType &&
  table.path === runtimePath(settings) &&
  table.options.SystemdCgroup === settings.systemdCgroup;

/** Our block in a file, if it is there. */
export function findBlock(text: string, handler: string): string | undefined {
  const span = spanOf(text, handler);
  return span === undefined ? undefined : text.slice(span.start, span.end);
}

/** The file with the block in place of the one it has, or at its end; undefined takes it away. */
export function withBlock(text: string, handler: string, block: string | undefined): string {
  const span = spanOf(text, handler);
  if (span !== undefined && block !== undefined) return text.slice(0, span.start) + block + text.slice(span.end);
  if (span !== undefined) return text.slice(0, separatedStart(text, span.start)) + text.slice(span.end);
  if (block === undefined) return text;
  return text === '' ? block : `${text}${text.endsWith('\n') ? '' : '\n'}\n${block}`;
}

const quoted = (text: string): string => JSON.stringify(text); // for ASCII, JSON's strings are TOML's
const opening = (handler: string): string => `# BEGIN cdk8s-wasm ${handler} (the node agent's; edits are lost)`;
const closing = (handler: string): string => `# END cdk8s-wasm ${handler}`;

function spanOf(text: string, handler: string): { readonly start: number; readonly end: number } | undefined {
  const start = text.search(new RegExp(`^# BEGIN cdk8s-wasm ${handler} `, 'm'));
  if (start === -1) return undefined;
  const end = text.slice(start).match(new RegExp(`^# END cdk8s-wasm ${handler}$\\n?`, 'm'));
  return end?.index === undefined ? undefined : { start, end: start + end.index + end[0].length };
}

/** With the empty line that `withBlock` put before it. */
const separatedStart = (text: string, start: number): number =>
  text.slice(0, start).endsWith('\n\n') ? start - 1 : start;
