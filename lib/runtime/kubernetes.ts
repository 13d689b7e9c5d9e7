import { read } from './fact';

/** First Kubernetes minor where a feature is on by default. */
export const KUBERNETES_FEATURES = {
  preStopSleep: read('1.30', 'PodLifecycleSleepAction', 'kubernetes.io feature gates'),
  nativeSidecars: read('1.29', 'SidecarContainers', 'kubernetes.io feature gates'),
  tokensOfNodes: read(
    '1.30',
    'ValidatingAdmissionPolicy is stable, ServiceAccountTokenPodNodeInfo is on: a rule can see the node of a token',
    'kubernetes.io feature gates',
  ),
} as const;

export type KubernetesFeature = keyof typeof KUBERNETES_FEATURES;

/**
 * Compares dotted versions number by number; what comes after the numbers (`-eks-1a2b`, `+k3s1`) does not count.
 * What is no version is not older: it is reported where it was given, and once is enough.
 */
export function isOlder(version: string, than: string): boolean {
  if (!isVersion(version)) return false;
  const [left, right] = [numbers(version), numbers(than)];
  for (let i = 0; i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Whether a version is older than the first of its own series that has something: 1.7.6 is, where 1.6.25 and 1.7.7 have it. */
export function lacks(version: string, firsts: readonly string[]): boolean {
  const series = (text: string) => numbers(text).slice(0, 2).join('.');
  const first = firsts.find((one) => series(one) === series(version)) ?? firsts[0];
  return first !== undefined && isOlder(version, first);
}

/** A version as people write it, and as nodes and packages do: `1.30`, `v1.30.2`, `containerd://1.7.27`, `1.6.20~ds1`. */
export const isVersion = (text: string): boolean => /^(v|containerd:\/\/)?\d+(\.\d+){1,2}([-+~].*)?$/.test(text);

const numbers = (version: string): number[] => /\d+(\.\d+)*/.exec(version)?.[0].split('.').map(Number) ?? [];
