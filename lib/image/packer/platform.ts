export const DEFAULT_PLATFORMS: readonly string[] = ['linux/amd64', 'linux/arm64'];

const ARCHITECTURES = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64le', 'ppc64le', 'riscv64', 's390x'];
/** What people write instead of the names that Go, and so every container tool, has for them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armv7', 'arm/v7'],
  ['i386', '386'],
]);
/** For those who ask a container tool for `--platform wasi/wasm`; no Kubernetes node picks it from an index. */
const WASI = 'wasi/wasm';

/** The rule a platform breaks, a clause; undefined when it is fine. */
export function platformProblem(text: string): string | undefined {
  if (text === WASI) return undefined;
  const [os, architecture, variant, ...rest] = text.split('/');
  if (os !== 'linux') return `only linux/… and ${WASI} are unpacked by anything that runs them`;
  if (architecture === undefined || rest.length > 0) return 'it is written os/architecture or os/architecture/variant';
  const usual = OTHER_NAMES.get(architecture);
  if (usual !== undefined) return `the architecture is called ${usual}`;
  if (!ARCHITECTURES.includes(architecture)) return `the architecture is none of ${ARCHITECTURES.join(', ')}`;
  if (variant !== undefined && !/^v\d{1,2}$/.test(variant)) return 'a variant is written v7 or v8';
  return undefined;
}

/** Sorted, so that the order somebody wrote them in is not part of a digest; `wasi/wasm` comes last. */
export const inOrder = (platforms: readonly string[]): string[] => [
  ...platforms.filter((one) => one !== WASI).sort(),
  ...platforms.filter((one) => one === WASI),
];

/** The words of the OCI specification for it. */
export function toPlatform(text: string): Record<string, string> {
  const [os, architecture, variant] = text.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
