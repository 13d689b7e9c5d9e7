import type { AgentSettings } from '../../lib/node-pool/installers/agent-settings';
import { Refusal } from '../refusal';
import { addsOnlyRuntime, type RuntimeTable, readContainerdConfig } from './containerd-config';
import { findBlock, handlerBlock, saysTheSame, withBlock } from './handler-block';
import type { HandlerFile, HandlerFiles, HostFiles } from './handler-files';
import { directoryStyle } from './style-directory';
import { mainStyle } from './style-main';
import { templateStyle } from './style-template';

/** One file's block, as it is and as it should be. */
export interface BlockChange {
  readonly file: HandlerFile;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface HandlerPlan {
  /** Empty: the node is configured as it should be. */
  readonly changes: readonly BlockChange[];
  /** Handlers whose pods survive a restart of containerd. */
  readonly runcHandlers: readonly string[];
}

const STYLES = { main: mainStyle, template: templateStyle, directory: directoryStyle };

/** @throws Refusal when the node's configuration is not as it would have to be */
export async function planHandler(settings: AgentSettings, host: HostFiles): Promise<HandlerPlan> {
  const files = await STYLES[settings.containerd.style](settings, host);
  const foreign = files.runtimes.filter(({ handler }) => handler === settings.handler);
  const block = settings.state === 'absent' ? undefined : wantedBlock(settings, files, foreign);
  const blocks = [await changeOf(files.home, block, settings.handler, host)];
  for (const file of files.formerly) blocks.push(await changeOf(file, undefined, settings.handler, host));
  const changes = blocks.filter(({ before, after }) => before !== after);
  for (const { file } of changes) {
    if (await host.isSymlink(file.path)) throw new Refusal(`${file.path} is a symbolic link`);
  }
  if (files.isToml && block !== undefined) await assertStaysToml(settings, files, block, host);
  return {
    changes,
    runcHandlers: files.runtimes.filter(isRunc).map(({ handler }) => handler),
  };
}

/** Somebody else's table of the same name: fine if it says what ours would, for instance written at boot. */
function wantedBlock(
  settings: AgentSettings,
  files: HandlerFiles,
  foreign: readonly RuntimeTable[],
): string | undefined {
  const applied = foreign.filter(({ plugin }) => plugin === files.plugin);
  const [other] = applied.filter((table) => !saysTheSame(table, settings));
  if (other !== undefined) {
    const what = `${other.type ?? 'no runtime_type'}, ${other.path ?? 'looked up on the PATH'}`;
    throw new Refusal(
      `containerd already has a handler "${settings.handler}" that is not of this pool (${what}); ` +
        'remove it or give the pool another handler',
    );
  }
  return applied.length > 0 ? undefined : handlerBlock(settings, files.plugin);
}

async function changeOf(
  file: HandlerFile,
  after: string | undefined,
  handler: string,
  host: HostFiles,
): Promise<BlockChange> {
  const text = await host.read(file.path);
  return { file, before: text === undefined ? undefined : findBlock(text, handler), after };
}

/** A file that would not be read any more, or read otherwise, must not be written: containerd would not start. */
async function assertStaysToml(
  settings: AgentSettings,
  { home, plugin }: HandlerFiles,
  block: string,
  host: HostFiles,
): Promise<void> {
  const { handler } = settings;
  const text = (await host.read(home.path)) ?? home.preamble;
  const before = readContainerdConfig(withBlock(text, handler, undefined), home.path);
  const after = readContainerdConfig(withBlock(text, handler, block), home.path);
  if (!addsOnlyRuntime(before, after, plugin, handler)) {
    throw new Refusal(`${home.path} is written in a way in which a handler cannot be added at its end`);
  }
}

const isRunc = ({ type = '' }: RuntimeTable): boolean => type.startsWith('io.containerd.runc.');
