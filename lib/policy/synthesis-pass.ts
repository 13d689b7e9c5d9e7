/**
 * Whether stock cdk8s validates again what it has just validated. `App.synth` validates everything before anything else,
 * and then once more for each chart, in one go: nothing can have changed in between. The call stack is the only place that
 * tells; where it cannot be read, as in a bundled program, everything is judged again and comes out the same.
 */
export function isRepeatedValidation(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  const frames = stack.split('\n');
  const perChart = frames.findIndex((frame) => frame.includes('._synthChart ('));
  return perChart >= 0 && frames.slice(perChart).some((frame) => SYNTHESIS.test(frame));
}

/** In the package, or in its sources where a source map is applied. */
const SYNTHESIS = /\.synth(?:Yaml)? \(.*[\\/]cdk8s[\\/](?:lib|src)[\\/]app\.[jt]s:/;
