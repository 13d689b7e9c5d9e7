import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certManagerRecipe } from './cert-manager.recipe';
import { ScratchProcess } from './machine/scratch-process';
import { cachedTool } from './tool-cache';

/** Runs cert-manager's controllers against an API server that knows its CRDs. */
export function startCertManager(kubeconfig: string): { whyEnded(): string | undefined; stop(): Promise<void> } {
  const tool = cachedTool(certManagerRecipe);
  if (tool === undefined) throw new Error('cert-manager is not in the cache: run prepare.ts');
  const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-wasm-cert-manager-'));
  const controllers = ScratchProcess.start(
    join(tool, 'cert-manager'),
    'controller',
    [`--kubeconfig=${kubeconfig}`],
    scratch,
  );
  return {
    whyEnded: () => controllers.whyEnded(),
    async stop() {
      await controllers.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
