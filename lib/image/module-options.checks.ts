import { ANNOTATION, type Finding, PLATFORM } from '../diagnostics';
import { PREFIX } from './packer/metadata';
import { platformProblem } from './packer/platform';

/** What is wrong with the platforms of an image. */
export function* platformFindings(platforms: readonly string[]): Generator<Finding> {
  const seen = new Set<string>();
  for (const platform of platforms) {
    const problem = seen.has(platform) ? 'it is given twice' : platformProblem(platform);
    if (problem !== undefined) yield PLATFORM.with({ platform, problem });
    seen.add(platform);
  }
  if (!platforms.some((one) => one.startsWith('linux/'))) {
    const problem = 'without a linux platform beside it no node unpacks the image';
    yield PLATFORM.with({ platform: platforms[0] ?? '', problem });
  }
}

/** What is wrong with annotations of the author's. */
export function* annotationFindings(annotations: Readonly<Record<string, string>>): Generator<Finding> {
  for (const key of Object.keys(annotations)) {
    const problem = keyProblem(key);
    if (problem !== undefined) yield ANNOTATION.with({ key, problem });
  }
}

function keyProblem(key: string): string | undefined {
  if (key.startsWith(PREFIX)) return `keys that begin with ${PREFIX} say what was found in the bytes`;
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'a key is made of visible ASCII characters';
}
