/** An HTTP method as Envoy compares it, letter by letter. */
export const isMethod = (text: string): boolean => /^[A-Z][A-Z-]*$/.test(text);

/**
 * Lower case letters, digits, dots, dashes and underscores, as the standard has it.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md
 */
export const isTrustDomain = (text: string): boolean => /^(?=.{1,255}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(text);
