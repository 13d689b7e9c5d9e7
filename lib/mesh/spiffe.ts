/**
 * The identity of a service: its ServiceAccount in its namespace.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md
 */
export const spiffeId = (trustDomain: string, namespace: string, serviceAccount: string): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** Lower case letters, digits, dots, dashes and underscores, as the standard has it. */
export const isTrustDomain = (text: string): boolean => /^[a-z0-9._-]{1,255}$/.test(text);
