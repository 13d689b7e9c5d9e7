import type * as Cel from '@bufbuild/cel';

/** A value as the evaluator knows it: plain JSON, or what an expression came to. */
export type CelInput = Cel.CelInput;

/** An expression, ready to be asked about many objects. */
export type Expression = (variables: Readonly<Record<string, CelInput>>) => Cel.CelValue;

/** Compiles CEL of the standard dialect. @throws Error where it is none */
export function compile(source: string): Expression {
  const { isCelError, parse, plan } = engine();
  const evaluate = plan(environment(), parse(source));
  return (variables) => {
    const value = evaluate({ ...variables });
    if (isCelError(value)) throw new Error(value.message);
    return value;
  };
}

/** Loaded when the first rule is judged: a program without policies should not wait for it. */
const engine = (): typeof Cel => require('@bufbuild/cel') as typeof Cel;

let environmentOnce: Cel.CelEnv | undefined;
function environment(): Cel.CelEnv {
  environmentOnce ??= engine().celEnv();
  return environmentOnce;
}
