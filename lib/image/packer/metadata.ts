import type { Inspection } from '../inspector/inspection';

/** Keys of our own begin so; nobody else may set them. */
export const PREFIX = 'dev.cdk8s-wasm.';

/** What the bytes say about themselves, readable without pulling them: annotations, and labels of an image. */
export function metadata(
  inspection: Inspection,
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  const { kind, wasi, world, extensions, toolchain } = inspection;
  return {
    ...annotations,
    [`${PREFIX}kind`]: kind,
    [`${PREFIX}abi`]: wasi,
    [`${PREFIX}world`]: world,
    ...(extensions.length === 0 ? {} : { [`${PREFIX}abi.ext`]: extensions.join(',') }),
    ...(toolchain === undefined ? {} : { [`${PREFIX}toolchain`]: toolchain }),
  };
}
