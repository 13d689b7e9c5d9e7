import { type ControlPlane, startControlPlane } from './control-plane';
import { controlPlaneRecipe } from './control-plane.recipe';
import { type CrdGroup, crdRecipe, readCrds } from './crds';
import { isCi } from './machine/ci';
import { cachedTool } from './tool-cache';

export interface ControlPlaneOptions {
  /** Installed before the first test. @default - none */
  readonly crds?: readonly CrdGroup[];
}

/**
 * Declares tests that share one fresh API server. Where it is not in the cache they are skipped, with the reason in the
 * title; in CI there is one failing test instead.
 * @param tests declares them; inside a test, what it is given returns the running server
 */
export function describeWithControlPlane(
  title: string,
  tests: (get: () => ControlPlane) => void,
  { crds = [] }: ControlPlaneOptions = {},
): void {
  const absent = [controlPlaneRecipe, ...crds.map(crdRecipe)].filter((recipe) => cachedTool(recipe) === undefined);
  if (absent.length > 0) {
    const reason = `not in the cache: ${absent.map(({ name }) => name).join(', ')}; run prepare.ts`;
    if (isCi()) {
      test(`${title}: ${reason}`, () => {
        throw new Error(reason);
      });
    } else {
      describe.skip(`${title} (${reason})`, () => tests(noControlPlane));
    }
    return;
  }
  describe(title, () => {
    let controlPlane: ControlPlane | undefined;
    beforeAll(async () => {
      controlPlane = await startControlPlane();
      await controlPlane.installCrds(crds.flatMap(readCrds));
    }, START_TIMEOUT_MS);
    afterAll(() => controlPlane?.stop(), START_TIMEOUT_MS);
    tests(() => controlPlane ?? noControlPlane());
  });
}

/** Seconds when the machine is idle; a busy one may be much slower. */
const START_TIMEOUT_MS = 150_000;

function noControlPlane(): never {
  throw new Error('the control plane runs only inside of a test');
}
