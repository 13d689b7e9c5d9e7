import { backUp, hostFiles, writeBlock } from '../containerd/host-files';
import { type BlockChange, planHandler } from '../containerd/plan-handler';
import type { HostAgent } from '../host-agent';
import type { Attempt } from '../node-state';
import { Refusal, reasonOf } from '../refusal';
import { goBack } from './go-back';

/** The handler table, the symlink, and a restart of containerd if the table has changed. */
export async function apply(agent: HostAgent): Promise<void> {
  const { settings, locations, handOver, store, state, step } = agent;
  await agent.alone(async () => {
    const { changes } = await planHandler(settings, hostFiles(locations));
    const version = settings.state === 'present' ? await store.place(agent.architecture) : await store.linked();
    const attempt = attemptOf(changes, await store.linked(), version, await state.attempt());
    if (attempt === undefined) return;
    if (attempt.restart === 'needed' && !(await handOver.plan())?.restartsContainerd) {
      throw new Refusal('the configuration of containerd has changed after the node was looked at');
    }
    for (const { file } of changes) await backUp(locations, file.path, state.backups);
    await state.writeAttempt(attempt);
    await step('attempt recorded');
    if (version !== (await store.linked())) {
      await store.relink(version);
      await step('shim linked');
    }
    for (const { file, after } of changes) {
      await writeBlock(locations, file, settings.handler, after);
      await step(`${file.path} written`);
    }
    if (attempt.restart === 'needed') await restartOrGoBack(agent, attempt);
  });
}

/** What was recorded before this run is older, and therefore what to go back to. */
function attemptOf(
  changes: readonly BlockChange[],
  linked: string | undefined,
  version: string | undefined,
  earlier: Attempt | undefined,
): Attempt | undefined {
  if (earlier === undefined && changes.length === 0 && linked === version) return undefined;
  const recorded = earlier?.previous.blocks ?? [];
  const blocks = changes
    .filter(({ file }) => !recorded.some((block) => block.file.path === file.path))
    .map(({ file, before }) => ({ file, ...(before !== undefined && { block: before }) }));
  return {
    previous:
      earlier === undefined ? withVersion(linked, blocks) : { ...earlier.previous, blocks: [...recorded, ...blocks] },
    restart: changes.length > 0 ? 'needed' : (earlier?.restart ?? 'no'),
  };
}

const withVersion = (version: string | undefined, blocks: Attempt['previous']['blocks']): Attempt['previous'] => ({
  ...(version !== undefined && { version }),
  blocks,
});

async function restartOrGoBack(agent: HostAgent, attempt: Attempt): Promise<void> {
  try {
    await agent.restart();
  } catch (error) {
    await goBack(agent, attempt);
    throw new Refusal(`${reasonOf(error)}; the previous configuration is in place again`);
  }
  await agent.step('containerd restarted');
  await agent.state.writeAttempt({ ...attempt, restart: 'done' });
  await agent.handOver.writeRestartedAt(Date.now());
  await agent.step('restart recorded');
}
