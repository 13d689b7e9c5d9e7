// Builds or fetches the real components that the tests talk to; `npm test` runs it before jest.
import { isCi } from './machine/ci';
import { ensureTool } from './tool-cache';
import { TOOLS } from './tools';

async function prepare(): Promise<void> {
  for (const recipe of TOOLS) {
    const tool = await ensureTool(recipe);
    if ('path' in tool) {
      console.log(`${recipe.name} ${recipe.version}: ${tool.path}`);
    } else {
      console.log(`${recipe.name} ${recipe.version}: unavailable, its tests are skipped: ${tool.unavailable}`);
      if (isCi()) process.exitCode = 1;
    }
  }
}

prepare().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
