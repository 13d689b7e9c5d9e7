/** As a `require`, since the package's types are for ES modules only, and both its module kinds are the same code. */
const { parse } = require('smol-toml') as {
  readonly parse: (text: string, options: object) => Record<string, unknown>;
};

/** TOML 1.0. Integers that a double cannot hold become `bigint`. @throws Error with line and column */
export const parseToml = (text: string): Record<string, unknown> => parse(text, { integersAsBigInt: 'asNeeded' });
