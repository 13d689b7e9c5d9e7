/** `wasi:http/incoming-handler@0.2.3`, taken apart. */
export interface WitName {
  /** `wasi:http` */
  readonly package: string;
  /** `wasi:http/incoming-handler` */
  readonly interface: string;
  /** `0.2.3`; empty without one. */
  readonly version: string;
}

/** Undefined for a plain name such as `run`. */
export function witName(name: string): WitName | undefined {
  const match = /^([a-z0-9-]+:[a-z0-9-]+)(\/[a-z0-9-]+)(?:@(.*))?$/s.exec(name);
  return match === null ? undefined : { package: match[1], interface: match[1] + match[2], version: match[3] ?? '' };
}

/** Any 0.2.x fits any other; what was published before 0.2.0 fits only itself. */
export const isWasi02 = (version: string): boolean => /^0\.2\.\d+$/.test(version);

/** Release candidates included: no shim on a node knows any of them. */
export const isWasi03 = (version: string): boolean => /^0\.3(\.|$)/.test(version);
