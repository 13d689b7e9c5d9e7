import { ensureTool } from '../conformance/tool-cache';
import { missingCommands } from './machine';
import { TOOLS } from './tools';

/** Installs and builds whatever is not there. @returns why the cluster cannot be had on this machine, a line each */
export async function prepare(): Promise<readonly string[]> {
  const commands = missingCommands();
  if (commands.length > 0) return commands; // nothing of it could be used
  const missing: string[] = [];
  for (const recipe of TOOLS) {
    const tool = await ensureTool(recipe);
    if ('unavailable' in tool) missing.push(`${recipe.name} ${recipe.version}: ${tool.unavailable}`);
  }
  return missing;
}
