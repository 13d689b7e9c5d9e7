import { hostFiles } from '../containerd/host-files';
import { planHandler } from '../containerd/plan-handler';
import type { HostAgent } from '../host-agent';

/** Brings the shim to the node, where nothing refers to it yet, and finds out what the later phases have to do. */
export async function place({
  settings,
  locations,
  handOver,
  store,
  state,
  architecture,
  step,
}: HostAgent): Promise<void> {
  await handOver.clear();
  if (settings.state === 'present') {
    await store.place(architecture);
    await step('shim stored');
  }
  const { changes, runcHandlers } = await planHandler(settings, hostFiles(locations));
  // Of a run that was killed: it has to be finished, or taken back, and both may restart containerd.
  const { restart = 'no' } = (await state.attempt()) ?? {};
  await handOver.writePlan({ restartsContainerd: changes.length > 0 || restart !== 'no', runcHandlers });
}
