import { createHash } from 'node:crypto';
import type { HostAgent } from '../host-agent';
import type { Proven } from '../node-state';
import { goBack } from './go-back';

/** Records what is proven and takes away what nobody uses any more, or goes back to what worked. */
export async function settle(agent: HostAgent): Promise<void> {
  const verdict = await agent.handOver.verdict();
  await agent.alone(async () => {
    if (verdict === undefined || (!verdict.proven && BEFORE_CHANGES.includes(verdict.phase))) return;
    if (!verdict.proven) {
      const attempt = await agent.state.attempt();
      if (attempt !== undefined) await goBack(agent, attempt);
    } else if (agent.settings.state === 'absent') await removeEverything(agent);
    else await record(agent, verdict.oldestPod);
  });
}

/** Nothing was changed in this run, and pods may be on the node: what an earlier run has left waits for the next. */
const BEFORE_CHANGES = ['place', 'drain'];

async function record(agent: HostAgent, oldestPod: number | undefined): Promise<void> {
  const { settings, store, state, step } = agent;
  const version = await store.linked();
  if (version === undefined) return;
  const previous = (await state.attempt())?.previous.version;
  const earlier = (await state.proven())?.replaced ?? [];
  const replaced = [...earlier, ...justReplaced(previous, earlier)].filter((one) => one.version !== version);
  const inUse = replaced.filter(({ at }) => oldestPod !== undefined && oldestPod <= at);
  const proven: Proven = { version, settingsSha256: sha256(JSON.stringify(settings)), replaced: inUse };
  if (!sameState(await state.proven(), proven)) {
    await state.writeProven(proven);
    await step('success recorded');
  }
  await state.removeAttempt();
  await step('attempt removed');
  const kept = [version, ...inUse.map((one) => one.version)];
  for (const old of (await store.versions()).filter((candidate) => !kept.includes(candidate))) {
    await store.removeVersion(old);
    await step(`shim ${old} removed`);
  }
}

/** Now, not when the link moved: a pod that started in between may be on either. */
const justReplaced = (previous: string | undefined, earlier: Proven['replaced']): Proven['replaced'] =>
  previous === undefined || earlier.some(({ version }) => version === previous)
    ? []
    : [{ version: previous, at: Date.now() }];

async function removeEverything({ store, state, step }: HostAgent): Promise<void> {
  await store.relink(undefined);
  await step('link removed');
  for (const version of await store.versions()) {
    await store.removeVersion(version);
    await step(`shim ${version} removed`);
  }
  await state.clear();
  await step('state removed');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const sameState = (one: Proven | undefined, other: Proven): boolean => JSON.stringify(one) === JSON.stringify(other);
