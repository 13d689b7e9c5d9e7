/** Whether two spellings are the same Kubernetes quantity, as `0.5` and `500m` are. Exact: no floating point. */
export function isSameQuantity(one: unknown, other: unknown): boolean {
  const a = parseQuantity(one);
  const b = parseQuantity(other);
  return a !== undefined && b !== undefined && a.numerator * b.denominator === b.numerator * a.denominator;
}

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function parseQuantity(value: unknown): Fraction | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/.exec(String(value));
  if (match === null) return undefined;
  const [, sign, whole, decimals = '', exponent, suffix] = match;
  if (whole + decimals === '') return undefined;
  const magnitude = exponent === undefined ? suffixMagnitude(suffix) : power(10n, Number(exponent));
  return {
    numerator: BigInt(sign + whole + decimals) * magnitude.numerator,
    denominator: 10n ** BigInt(decimals.length) * magnitude.denominator,
  };
}

function suffixMagnitude(suffix = ''): Fraction {
  if (suffix.endsWith('i')) return power(1024n, 'KMGTPE'.indexOf(suffix[0]) + 1);
  return power(1000n, SUFFIXES.indexOf(suffix) - SUFFIXES.indexOf(''));
}

const SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

function power(base: bigint, exponent: number): Fraction {
  const size = base ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { numerator: 1n, denominator: size } : { numerator: size, denominator: 1n };
}
