import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../test/conformance/machine/until';
import type { LabNode } from '../../test/e2e/lab';
import type { Json } from '../../test/support/programs';

/** What containerd of a node keeps of images: their names, their blobs, their unpacked layers. */
export async function kept(node: LabNode): Promise<readonly string[]> {
  const [images, content, snapshots] = await Promise.all([
    node.ctr('images', 'ls', '-q'),
    node.ctr('content', 'ls', '-q'),
    node.ctr('snapshots', 'ls'),
  ]);
  // A snapshot that is not committed is the root of a sandbox: the kubelet removes dead ones once a minute.
  const layers = lines(snapshots).filter((line) => line.endsWith('Committed'));
  return [...lines(images), ...lines(content), ...layers.map((line) => `layer ${line.split(/\s/)[0]}`)];
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Removes every image that was not there before. @throws when anything of one is left, compiled code included */
export async function forgetImages(node: LabNode, before: readonly string[]): Promise<void> {
  let left: readonly string[] = [];
  await until('nothing of the images is left', 60, async () => {
    const added = lines(await node.ctr('images', 'ls', '-q')).filter((name) => !before.includes(name));
    if (added.length > 0) await node.ctr('images', 'rm', ...added);
    // A lease that goes collects the garbage, also that of containers that the kubelet removed a moment ago.
    await node.ctr('leases', 'create', '--id', 'bench');
    await node.ctr('leases', 'delete', '--sync', 'bench');
    left = (await kept(node)).filter((line) => !before.includes(line));
    return left.length === 0 || undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}, but ${left.join(', ')}`);
  });
}

/** The address that a pod just got from its network: the API says it a second later. */
export async function addressOf(node: LabNode, pod: string): Promise<string | undefined> {
  const results = node.path('/var/lib/cni/results');
  if (!existsSync(results)) return undefined;
  for (const file of readdirSync(results).filter((name) => name.endsWith('-eth0'))) {
    const text = readFileSync(join(results, file), 'utf8');
    if (!text.includes(`"K8S_POD_NAME","${pod}"`)) continue;
    const { result } = JSON.parse(text) as Json;
    return String(result.ips[0].address).split('/')[0];
  }
  return undefined;
}
