import { writeBlock } from '../containerd/host-files';
import type { HostAgent } from '../host-agent';
import type { Attempt } from '../node-state';
import { Refusal, reasonOf } from '../refusal';

/** Puts back what was there before the attempt. Killed half way, the next run finds the attempt and goes on from it. */
export async function goBack(agent: HostAgent, attempt: Attempt): Promise<void> {
  const { settings, locations, store, state, step } = agent;
  const restart = attempt.restart !== 'no';
  if (restart) {
    await state.writeAttempt({ ...attempt, restart: 'needed' });
    await step('return recorded');
  }
  for (const { file, block } of attempt.previous.blocks) {
    await writeBlock(locations, file, settings.handler, block);
    await step(`${file.path} restored`);
  }
  const failed = await store.linked();
  if (failed !== attempt.previous.version) {
    await store.relink(attempt.previous.version);
    await step('shim linked back');
  }
  if (restart) {
    await restartAgain(agent);
    await step('containerd restarted');
  }
  await rememberReplaced(agent, failed, attempt.previous.version);
  await state.removeAttempt();
  await step('attempt removed');
}

async function restartAgain(agent: HostAgent): Promise<void> {
  try {
    await agent.restart();
  } catch (error) {
    throw new Refusal(`the previous configuration is in place again, but ${reasonOf(error)}`);
  }
}

/** A pod may have started on the version that failed. */
async function rememberReplaced(
  agent: HostAgent,
  failed: string | undefined,
  previous: string | undefined,
): Promise<void> {
  const proven = await agent.state.proven();
  if (failed === undefined || failed === previous || proven === undefined) return;
  const others = proven.replaced.filter(({ version }) => version !== failed);
  await agent.state.writeProven({ ...proven, replaced: [...others, { version: failed, at: Date.now() }] });
}
