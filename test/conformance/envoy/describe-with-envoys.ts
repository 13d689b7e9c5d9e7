import { describeWithTool } from '../describe-with-tool';
import { envoyRecipe } from '../envoy.recipe';
import { Lab } from './lab';

/**
 * Declares tests that share real Envoys.
 * @param prepare starts what they share
 * @param tests declares them; inside of a test, what it is given returns what was started
 */
export function describeWithEnvoys<Started>(
  title: string,
  prepare: (lab: Lab) => Promise<Started>,
  tests: (get: () => Started, lab: () => Lab) => void,
): void {
  describeWithTool(envoyRecipe, title, () => {
    let lab: Lab | undefined;
    let started: Started | undefined;
    beforeAll(async () => {
      lab = new Lab();
      started = await prepare(lab);
    }, TIMEOUT_MS);
    afterAll(() => lab?.stop(), TIMEOUT_MS);
    tests(
      () => there(started),
      () => there(lab),
    );
  });
}

const TIMEOUT_MS = 30_000;

function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('Envoy runs only inside of a test');
  return value;
}
