import { type Size, SizeRoundingBehavior } from 'cdk8s';

/** A size as a Kubernetes quantity: `64Mi`, `1Gi`, `1500Ki`. */
export const quantity = (size: Size): string => size.asString();

/** MiB, rounded down: for comparisons, never for output. */
export const mebibytes = (size: Size): number => size.toMebibytes({ rounding: SizeRoundingBehavior.FLOOR });
