import { certManagerRecipe } from './cert-manager.recipe';
import { CONTAINERD_MINORS, containerdRecipe } from './containerd/containerd.recipe';
import { controlPlaneRecipe } from './control-plane.recipe';
import { CRD_GROUPS, crdRecipe } from './crds';
import { envoyRecipe } from './envoy.recipe';
import { gatekeeperRecipe } from './gatekeeper.recipe';
import { gatorRecipe } from './gator.recipe';
import type { ToolRecipe } from './tool-cache';

/** Every real component that a test may talk to. */
export const TOOLS: readonly ToolRecipe[] = [
  controlPlaneRecipe,
  envoyRecipe,
  gatorRecipe,
  gatekeeperRecipe,
  certManagerRecipe,
  ...CONTAINERD_MINORS.map(containerdRecipe),
  ...CRD_GROUPS.map(crdRecipe),
];
