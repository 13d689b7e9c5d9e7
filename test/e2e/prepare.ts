import { ensureTool } from '../conformance/tool-cache';
import { TOOLS } from './tools';

/** Builds whatever is not in the cache. @returns why the cluster cannot be had on this machine, a line each */
export async function prepare(): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const recipe of TOOLS) {
    const tool = await ensureTool(recipe);
    if ('unavailable' in tool) missing.push(`${recipe.name} ${recipe.version}: ${tool.unavailable}`);
  }
  return missing;
}
