import { controlPlaneRecipe } from './control-plane.recipe';
import { CRD_GROUPS, crdRecipe } from './crds';
import type { ToolRecipe } from './tool-cache';

/** Every real component that a test may talk to. */
export const TOOLS: readonly ToolRecipe[] = [controlPlaneRecipe, ...CRD_GROUPS.map(crdRecipe)];
