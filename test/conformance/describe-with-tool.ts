import { isCi } from './machine/ci';
import { cachedTool, type ToolRecipe } from './tool-cache';

/**
 * Declares tests that need a real component. Where it is not in the cache they are skipped, with the reason in the
 * title; in CI there is one failing test instead.
 * @param tests declares them; `get` returns the component's folder, inside of a test
 */
export function describeWithTool(recipe: ToolRecipe, title: string, tests: (get: () => string) => void): void {
  const folder = cachedTool(recipe);
  const reason = `not in the cache: ${recipe.name}; run prepare.ts`;
  const absent = (): never => {
    throw new Error(reason);
  };
  if (folder !== undefined) {
    describe(title, () => tests(() => folder));
  } else if (isCi()) {
    test(`${title}: ${reason}`, absent);
  } else {
    describe.skip(`${title} (${reason})`, () => tests(absent));
  }
}
