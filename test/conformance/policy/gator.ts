import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../api/kubernetes-object';
import { gatorRecipe } from '../gator.recipe';
import { isCi } from '../machine/ci';
import { cachedTool } from '../tool-cache';

/** What Gatekeeper says against one object. */
export interface GatorViolation {
  /** Name of the constraint. */
  readonly constraint: string;
  readonly message: string;
  readonly object: KubernetesObject;
}

/**
 * Everything Gatekeeper has against the objects, by the templates and constraints among them.
 * @throws where a template or a constraint is refused
 */
export async function gatorViolations(objects: readonly object[]): Promise<GatorViolation[]> {
  const directory = mkdtempSync(join(tmpdir(), 'gator-'));
  try {
    const file = join(directory, 'objects.yaml');
    writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n')); // JSON is YAML
    const output = await gator(['test', '-o', 'json', '-f', file]);
    return output.map(({ constraint, msg, violatingObject }) => ({
      constraint: constraint.metadata.name ?? '',
      message: msg,
      object: violatingObject,
    }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface GatorResult {
  readonly constraint: KubernetesObject;
  readonly msg: string;
  readonly violatingObject: KubernetesObject;
}

/** It exits with 1 when it denies something, and when it cannot judge: only the first answers in JSON. */
function gator(parameters: readonly string[]): Promise<readonly GatorResult[]> {
  const program = join(cachedTool(gatorRecipe) ?? '', 'gator');
  return new Promise((resolve, reject) => {
    const child = execFile(program, parameters, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve((JSON.parse(stdout) as readonly GatorResult[] | null) ?? []);
      } catch {
        reject(new Error(`gator: ${stderr || stdout || String(error)}`));
      }
    });
    child.stdin?.end(); // it would wait for more objects
  });
}

/** Declares tests that ask gator. Where it is not in the cache they are skipped; in CI there is a failing test instead. */
export function describeWithGator(title: string, tests: () => void): void {
  if (cachedTool(gatorRecipe) !== undefined) {
    describe(title, tests);
    return;
  }
  const reason = 'not in the cache: gator; run prepare.ts';
  if (!isCi()) {
    describe.skip(`${title} (${reason})`, tests);
    return;
  }
  test(`${title}: ${reason}`, () => {
    throw new Error(reason);
  });
}
